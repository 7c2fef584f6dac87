/// Points a connection string at another database of the same server.
enum TestConnectionString {
    static func replacingDatabase(in text: String, with database: String) -> String {
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
            // Of two equal keywords libpq takes the later one.
            return text + " dbname=\(database)"
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts[0].prefix(while: { $0 != ":" })
        let rest = parts[0].dropFirst(scheme.count + 3)
        let authority = rest.prefix(while: { $0 != "/" })
        return "\(scheme)://\(authority)/\(database)" + (parts.count > 1 ? "?\(parts[1])" : "")
    }
}
