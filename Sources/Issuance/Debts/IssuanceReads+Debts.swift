package import PostgreSQL
import Rewards

extension IssuanceReads {
    /// Positions that owe, by program and largest first, with the age of what they owe, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    /// **Cost** Follows the page, and the claw-backs of the positions on it.
    package func debts(
        cardID: String? = nil, programID: String? = nil, pageSize: Int = 0, pageToken: String = "",
        at now: PostgresTimestamp = .now
    ) async throws -> DebtPage {
        try Self.check(cardID: cardID, programID: programID)
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("debts", cardID, programID)
        var after: [PostgresValue]?
        if !pageToken.isEmpty {
            let parts = try IssuancePages.parts(pageToken, of: listing, count: 4)
            // The amount goes into a sum, so it must be a number.
            guard let debtMicro = Int64(parts[1]), debtMicro > 0 else { throw IssuancePages.badToken }
            after = [.text(parts[0]), .int8(debtMicro), .text(parts[2]), .text(parts[3])]
        }
        let rows = try await DebtStore.list(
            cardID: cardID, programID: programID, after: after, limit: size + 1, at: now, on: pool)
        let page = Array(rows.prefix(size))
        return DebtPage(
            debts: page,
            nextPageToken: rows.count > size
                ? page.last.map {
                    listing.token($0.key.programID, String($0.debtMicro), $0.key.cardID, $0.key.unit.rawValue)
                } : nil)
    }

    /// What is owed in all, by program and unit.
    ///
    /// **Cost** Reads the positions that owe, and no others.
    package func debtTotals() async throws -> [DebtTotal] { try await DebtStore.totals(on: pool) }

    /// What may or may not have been issued, by program and unit (I-6).
    ///
    /// **Cost** Reads the unknown issues and their positions, and no others.
    package func unknownBalances() async throws -> [UnknownBalance] { try await DebtStore.unknown(on: pool) }
}
