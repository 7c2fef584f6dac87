extension Rules {
    /// The rooms whose stores only make queries; their use cases run them, several in one round trip where they can.
    static let roomsOfStoreQueries: Set<String> = ["Issuance", "Programs", "Spending"]

    static let storeQueries = Rule("a store's function returns a query or a statement, and its caller runs it") {
        file in
        guard roomsOfStoreQueries.contains(file.module), file.name.contains(/Store(\+\w+)?\.swift$/) else { return [] }
        return file.text.codeLines(matching: #"\b(PostgresConnection|PostgresPool|await)\b"#)
    }
}
