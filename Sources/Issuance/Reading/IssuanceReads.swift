package import PostgreSQL
package import Rewards

/// The reading side of the room: positions, issues, and how many are in which state.
package struct IssuanceReads: Sendable {
    let pool: PostgresPool

    /// Makes the reading side.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A card's position with a program; of two, when the program's plugin changed its unit, the one that changed last.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_POSITION`.
    package func position(cardID: String, programID: String, unit: RewardUnit? = nil) async throws -> PositionView {
        try Self.check(cardID: cardID, programID: programID)
        let found = try await PositionStore.read(cardID: cardID, programID: programID, on: pool)
        guard let view = found.first(where: { unit == nil || $0.key.unit == unit }) else {
            throw IssuanceError(.unknownPosition, "the card has not earned anything with this program yet")
        }
        return view
    }

    /// What refunds took back out of the wallet from a card's position with a program, newest first, a hundred at most.
    package func takenBack(cardID: String, programID: String) async throws -> [TakenBack] {
        try Self.check(cardID: cardID, programID: programID)
        return try await ReversalStore.list(cardID: cardID, programID: programID, limit: 100, on: pool)
    }

    /// Positions of a card, of a program, or all, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func positions(
        cardID: String? = nil, programID: String? = nil, blockedOnly: Bool = false, pageSize: Int = 0,
        pageToken: String = ""
    ) async throws -> PositionPage {
        try Self.check(cardID: cardID, programID: programID)
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("positions", cardID, programID, blockedOnly ? "blocked" : nil)
        let after = pageToken.isEmpty ? nil : try IssuancePages.parts(pageToken, of: listing, count: 3)
        let rows = try await PositionStore.list(
            cardID: cardID, programID: programID, blockedOnly: blockedOnly, after: after, limit: size + 1, on: pool)
        let page = Array(rows.prefix(size))
        let next = rows.count > size ? page.last.map { $0.key } : nil
        return PositionPage(
            positions: page,
            nextPageToken: next.map { listing.token($0.cardID, $0.programID, $0.unit.rawValue) })
    }

    /// One issue by its reference number.
    ///
    /// **Errors** `UNKNOWN_ISSUANCE`.
    package func issuance(_ referenceNumber: String) async throws -> IssuanceRecord {
        guard let issue = try await IssuanceStore.read(referenceNumber, on: pool) else { throw Self.unknown }
        return issue
    }

    /// Issues in the order they were planned, a page at a time.
    ///
    /// - Parameter waitingOnly: those that wait for a person, see `IssuanceRecord.waitsForPerson`.
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func issuances(
        cardID: String? = nil, programID: String? = nil, status: IssuanceStatus? = nil, waitingOnly: Bool = false,
        pageSize: Int = 0, pageToken: String = ""
    ) async throws -> IssuancePage {
        try Self.check(cardID: cardID, programID: programID)
        let size = try IssuancePages.size(pageSize)
        let listing = Listing(
            "issuances", cardID, programID, status?.rawValue, waitingOnly ? "waiting" : nil)
        let after = pageToken.isEmpty ? nil : try IssuancePages.number(pageToken, of: listing)
        let rows = try await IssuanceStore.list(
            cardID: cardID, programID: programID, status: status, waitingOnly: waitingOnly, after: after,
            limit: size + 1, on: pool)
        let page = Array(rows.prefix(size))
        return IssuancePage(
            issues: page,
            nextPageToken: rows.count > size ? page.last.map { listing.token($0.number) } : nil)
    }

    /// How many issues and positions are in which state.
    ///
    /// **Cost** Without `includingSettled` it reads only what is open; with it, every issue there is.
    package func counts(includingSettled: Bool = false) async throws -> IssuanceCounts {
        var counts = try await IssuanceStore.counts(includingSettled: includingSettled, on: pool)
        (counts.positionsToPlan, counts.positionsBlocked) = try await PositionStore.counts(on: pool)
        return counts
    }

    static func check(cardID: String?, programID: String?) throws(IssuanceError) {
        for (field, id) in [("card_id", cardID), ("program_id", programID)] {
            guard let id, !IdentifierRule.check(id) else { continue }
            throw IssuanceError(
                .invalidArgument, "\(field): 1 to 128 bytes of text without control characters", field: field)
        }
    }

    static let unknown = IssuanceError(.unknownIssuance, "no issue has this reference number; check it")

    static func exists(_ referenceNumber: String, on connection: PostgresConnection) async throws -> Bool {
        guard !referenceNumber.utf8.contains(0) else { return false }
        return try await IssuanceStore.exists(referenceNumber, on: connection)
    }

    static func reference(ofTransaction id: String, on connection: PostgresConnection) async throws -> String? {
        guard !id.utf8.contains(0) else { return nil }
        return try await connection.first(IssuanceStore.owners(ofTransactions: [id]))?.1
    }
}
