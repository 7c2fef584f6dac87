import FoundationEssentials

/// One migration: `NNNN_name.sql`.
struct MigrationFile: Sendable {
    let version: Int
    let name: String
    let sql: String

    var fileName: String { Self.padded(version) + "_" + name + ".sql" }

    static func padded(_ version: Int) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Reads a directory's migrations in the order of their numbers; files that do not end in `.sql` are left alone.
    static func read(directory: String) throws(MigrationError) -> [MigrationFile] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw MigrationError(
                .directoryUnreadable,
                "the migrations directory \"\(directory)\" cannot be read; check the configured path")
        }
        var texts: [MigrationText] = []
        for name in names where name.hasSuffix(".sql") {
            guard let data = FileManager.default.contents(atPath: directory + "/" + name),
                let sql = String(validating: data, as: UTF8.self)
            else {
                throw MigrationError(.directoryUnreadable, "\"\(name)\" cannot be read as UTF-8 text")
            }
            texts.append(MigrationText(fileName: name, sql: sql))
        }
        guard !texts.isEmpty else {
            throw MigrationError(.directoryUnreadable, "\"\(directory)\" holds no migration; check the configured path")
        }
        return try ordered(texts)
    }

    /// Takes the numbers from the names; no two may be equal.
    static func ordered(_ texts: [MigrationText]) throws(MigrationError) -> [MigrationFile] {
        var files: [MigrationFile] = []
        for text in texts.sorted(by: { $0.fileName < $1.fileName }) { files.append(try parse(text)) }
        for (first, second) in zip(files, files.dropFirst()) where first.version == second.version {
            throw MigrationError(
                .badName, version: first.version,
                "\(first.fileName) and \(second.fileName) share a number; renumber the newer one")
        }
        return files
    }

    private static func parse(_ text: MigrationText) throws(MigrationError) -> MigrationFile {
        let fileName = text.fileName
        let digits = fileName.prefix(4)
        let name = fileName.dropFirst(5).dropLast(4)
        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let version = Int(digits),
            fileName.dropFirst(4).first == "_", !name.isEmpty
        else {
            throw MigrationError(.badName, "\"\(fileName)\" is not named NNNN_name.sql; rename it")
        }
        return MigrationFile(version: version, name: String(name), sql: text.sql)
    }
}
