package import PostgreSQL
package import Rewards

/// The reading side of the room: positions, issuances, and how many are in which state.
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
        let found = try await pool.all(PositionStore.read(cardID: cardID, programID: programID))
        guard let view = found.first(where: { unit == nil || $0.key.unit == unit }) else {
            throw IssuanceError(.unknownPosition, "the card has not earned anything with this program yet")
        }
        return view
    }

    /// What refunds took back out of the wallet from a card's position with a program, newest first, a hundred at most.
    package func takenBack(cardID: String, programID: String) async throws -> [TakenBack] {
        try Self.check(cardID: cardID, programID: programID)
        return try await pool.all(ReversalStore.list(cardID: cardID, programID: programID, limit: 100))
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
        let rows = try await pool.all(
            PositionStore.list(
                cardID: cardID, programID: programID, blockedOnly: blockedOnly, after: after, limit: size + 1))
        let page = Array(rows.prefix(size))
        let next = rows.count > size ? page.last.map { $0.key } : nil
        return PositionPage(
            positions: page,
            nextPageToken: next.map { listing.token($0.cardID, $0.programID, $0.unit.rawValue) })
    }

    /// One issuance by its reference number.
    ///
    /// **Errors** `UNKNOWN_ISSUANCE`.
    package func issuance(_ referenceNumber: String) async throws -> IssuanceRecord {
        guard !referenceNumber.utf8.contains(0),
            let issuance = try await pool.first(IssuanceStore.read(referenceNumber))
        else { throw Self.unknown }
        return issuance
    }

    /// Issuances in the order they were planned, a page at a time.
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
        let rows = try await pool.all(
            IssuanceStore.list(
                cardID: cardID, programID: programID, status: status, waitingOnly: waitingOnly, after: after,
                limit: size + 1))
        let page = Array(rows.prefix(size))
        return IssuancePage(
            issuances: page,
            nextPageToken: rows.count > size ? page.last.map { listing.token($0.number) } : nil)
    }

    /// How many issuances and positions are in which state.
    ///
    /// **Cost** Without `includingSettled` it reads only what is open; with it, every issuance there is.
    package func counts(includingSettled: Bool = false) async throws -> IssuanceCounts {
        let (issuances, positions) = try await pool.pipeline(
            IssuanceStore.counts(includingSettled: includingSettled), PositionStore.counts.one)
        var counts = IssuanceStore.sum(issuances)
        (counts.positionsToPlan, counts.positionsBlocked) = positions
        return counts
    }

    static func check(cardID: String?, programID: String?) throws(IssuanceError) {
        for (field, id) in [("card_id", cardID), ("program_id", programID)] {
            guard let id, !IdentifierRule.check(id) else { continue }
            throw IssuanceError(
                .invalidArgument, "\(field): 1 to 128 bytes of text without control characters", field: field)
        }
    }

    static let unknown = IssuanceError(.unknownIssuance, "no issuance has this reference number; check it")

    /// Finds one row when there is an issuance of this reference number; nil for text that PostgreSQL cannot hold,
    /// since no issuance has such a reference number.
    static func exists(_ referenceNumber: String) -> PostgresStatement? {
        referenceNumber.utf8.contains(0) ? nil : IssuanceStore.exists(referenceNumber)
    }

    /// The issuance that a transaction belongs to, as ``IssuanceStore/owners(ofTransactions:)``; nil as above.
    static func owner(ofTransaction id: String) -> Query<(String, String)>? {
        id.utf8.contains(0) ? nil : IssuanceStore.owners(ofTransactions: [id])
    }
}

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
        let rows = try await pool.all(
            DebtStore.list(cardID: cardID, programID: programID, after: after, limit: size + 1, at: now))
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
    package func debtTotals() async throws -> [DebtTotal] { try await pool.all(DebtStore.totals) }

    /// What may or may not have been issued, by program and unit (I-6).
    ///
    /// **Cost** Reads the unknown issuances and their positions, and no others.
    package func unknownBalances() async throws -> [UnknownBalance] { try await pool.all(DebtStore.unknown) }

    /// What Cosmo refused and no operator has resolved, by program and unit.
    ///
    /// **Cost** Reads these issuances, and no others.
    package func parkedBalances() async throws -> [ParkedBalance] { try await pool.all(DebtStore.parked) }
}

/// What a card has with some programs, as steps of a caller's pipeline.
///
/// **Cost** One statement each, whatever the number of programs and issuances.
extension IssuanceReads {
    /// A card's positions with some programs, in the order of program and unit.
    package static func positions(cardID: String, programIDs: [String]) -> Query<PositionView> {
        PositionStore.list(cardID: cardID, programIDs: programIDs)
    }

    /// A card's issuances with some programs that were planned at a time or later, in their order, at most `limit` of
    /// each.
    package static func issuances(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int
    ) -> Query<IssuanceRecord> {
        IssuanceStore.list(cardID: cardID, programIDs: programIDs, since: since, limit: limit)
    }

    /// What refunds took back out of the wallet from a card's positions with some programs at a time or later, newest
    /// first, at most `limit` of each program.
    package static func takenBack(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int
    ) -> Query<(programID: String, takenBack: TakenBack)> {
        ReversalStore.list(cardID: cardID, programIDs: programIDs, since: since, limit: limit)
    }
}

extension IssuanceReads {
    /// The most findings that one answer shows; the count says how many there are.
    package static let findingsMax = 1000

    /// The days compared with Cosmo's transactions, newest first, without findings, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func reconciliations(pageSize: Int = 0, pageToken: String = "") async throws -> ReconciliationPage {
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("reconciliations")
        var before: ReconciliationDay?
        if !pageToken.isEmpty {
            guard let day = ReconciliationDay(try IssuancePages.parts(pageToken, of: listing, count: 1)[0]) else {
                throw IssuancePages.badToken
            }
            before = day
        }
        let rows = try await pool.all(ReconciliationStore.list(before: before, limit: size + 1))
        let page = Array(rows.prefix(size))
        return ReconciliationPage(
            reconciliations: page, nextPageToken: rows.count > size ? page.last.map { listing.token($0.day) } : nil)
    }

    /// The newest day whose comparison was begun, and the newest that was completed; nil when there is none.
    package func latestReconciliations() async throws -> (newest: Reconciliation?, completed: Reconciliation?) {
        let (newest, completed) = try await pool.pipeline(
            ReconciliationStore.list(before: nil, limit: 1), ReconciliationStore.newestCompleted)
        return (newest.first, completed.first)
    }

    /// One day's comparison with what it found, at most ``findingsMax`` of it.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_RECONCILIATION`.
    package func reconciliation(_ day: String) async throws -> Reconciliation {
        guard let day = ReconciliationDay(day) else { throw ReconcileDay.notADay }
        let (found, findings) = try await pool.pipeline(
            ReconciliationStore.read(day), ReconciliationStore.findings(of: day, limit: Self.findingsMax))
        guard var reconciliation = found.first else {
            throw IssuanceError(.unknownReconciliation, "the day was not compared yet; compare it, or list the days")
        }
        reconciliation.findings = findings
        return reconciliation
    }
}
