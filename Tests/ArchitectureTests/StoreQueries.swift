/// The rule that a store only describes what is sent, and the rooms that keep it.
enum StoreQueries {
    /// The rooms whose stores return queries and statements. The callers run them, several in one round trip where they
    /// can.
    static let rooms: Set<String> = [
        "Access", "Cards", "Inbox", "Issuance", "Preferences", "Programs", "Spending", "Wallet",
    ]

    static let rule = Rule("a store's function returns what is sent; it takes no connection and awaits nothing") {
        file in
        guard rooms.contains(file.module), file.name.contains(/Store(\+\w+)?\.swift$/) else { return [] }
        return file.text.codeLines(matching: #"\bPostgres(Connection|Pool)\b|\bawait\b"#)
    }
}
