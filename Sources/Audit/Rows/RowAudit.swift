import PostgreSQL

/// A check that the database can make by itself: a query returns the rows that break it.
struct RowAudit: Sendable {
    let check: VerifyCheck
    /// The table that a violation names, and whose rows are counted as checked.
    let table: String
    /// The columns of the query that name the row.
    let key: [String]
    /// What the row should be, in words.
    let expected: String
    /// Whether it can be made for some cards alone; an id that must be unique over all cards cannot.
    var isByCard = true
    /// Returns the key columns as text and a column `found`, for a scope of cards.
    let sql: @Sendable (CardScope) -> String

    /// All of them.
    static let all: [RowAudit] =
        ofSpends + ofReleases + ofRefunds + ofAuthorizations + ofPreferences + ofLinks + ofPrograms + ofIssuances
        + ofSending + ofRequests
        + ofWalletPayouts

    func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        var key: [String: String] = [:]
        // What is broken may lack even what names it.
        for column in self.key { key[column] = try row.get(column, as: String?.self) ?? "?" }
        findings.add(
            check, table: table, key: key, expected: expected, found: try row.get("found", as: String?.self) ?? "?")
    }

    /// How many rows it has looked at.
    func count(_ cards: CardScope) -> Query<Int64> {
        let ofCards = isByCard && cards != .all ? " where \(cards.holds("card_id"))" : ""
        return Query("select count(*) as rows from \(table)\(ofCards)", isByCard ? cards.parameters : []) { row in
            try row.get("rows")
        }
    }
}
