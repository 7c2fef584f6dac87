/// Where a migrator takes its files from.
package enum MigrationSource: Sendable {
    /// Texts that the executable brings along.
    case texts([MigrationText])
    /// A directory of files named `NNNN_name.sql`; other files are left alone.
    case directory(String)

    /// The files in the order of their numbers.
    func files() throws(MigrationError) -> [MigrationFile] {
        switch self {
        case .texts(let texts): try MigrationFile.ordered(texts)
        case .directory(let path): try MigrationFile.read(directory: path)
        }
    }
}
