import Cards
import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards
import Waiting

/// What the use cases about refunds share: a transaction under the lock on the refund's card, its writes, its view.
///
/// **Guarantees** Locks are taken card first, then positions in key order through the sink, as spends take theirs.
struct RefundDesk: Sendable {
    let transaction: RefundTransaction
    let positions: any PositionSink
    let positionsDue: Signal
    let now: @Sendable () -> PostgresTimestamp
    let tables = ApportionmentCache()

    /// A stored refund, read under its card's lock.
    struct Standing: Sendable {
        var refund: RecordedRefund
        let hash: [UInt8]
    }

    /// The result of a transaction.
    struct Done<Value: Sendable>: Sendable {
        let value: Value
        /// Whether positions have moved.
        let hasClawedBack: Bool

        init(_ value: Value, hasClawedBack: Bool = false) {
            self.value = value
            self.hasClawedBack = hasClawedBack
        }
    }

    init(
        pool: PostgresPool, configuration: SpendingConfiguration, pinnedPlugins: @escaping PinnedPlugins,
        positions: any PositionSink, positionsDue: Signal,
        now: @escaping @Sendable () -> PostgresTimestamp
    ) {
        transaction = RefundTransaction(pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins)
        self.positions = positions
        self.positionsDue = positionsDue
        self.now = now
    }

    /// Runs a transaction when it is this call's turn for its card, and wakes the workers that look after positions,
    /// once it is committed.
    ///
    /// - Parameters:
    ///   - refundID: The refund, whose card is looked up.
    ///   - spendID: A spend of the card, for a refund that may not be there yet.
    ///   - cardID: The card, if the caller knows it.
    ///   - patience: How long to wait while nobody of the line gets the card; nil for the configured time.
    ///   - attempts: What the call has tried so far.
    func run<Value: Sendable>(
        refund refundID: String, spendID: String? = nil, cardID: String? = nil, patience: Duration? = nil,
        _ attempts: CommitAttempts = CommitAttempts(),
        _ body: (PostgresConnection, PinnedPluginSet) async throws -> Done<Value>
    ) async throws -> Value {
        let card: String?
        if let cardID {
            card = cardID
        } else {
            card = try await self.cardID(refundID: refundID, spendID: spendID)
        }
        // Without a card the transaction finds that out, and says what is missing.
        let done = try await transaction.transaction.inLine(of: card ?? "", patience: patience) {
            try await transaction.run(attempts, body)
        }
        if done.hasClawedBack { positionsDue.raise() }
        return done.value
    }

    /// The card of a refund, or of a spend; nil when neither is there.
    ///
    /// **Errors** `DATABASE_UNAVAILABLE`; `PostgresError`.
    private func cardID(refundID: String, spendID: String?) async throws -> String? {
        do {
            let pool = transaction.transaction.pool
            return try await pool.reading {
                try await pool.first(RefundStore.findCard(refundID: refundID, spendID: spendID)) ?? nil
            }
        } catch let error as PostgresError {
            throw SpendingError(ofCall: error) ?? error
        }
    }

    /// Locks the card of a stored refund, and reads the refund.
    ///
    /// **Errors** `UNKNOWN_REFUND`.
    func lock(
        _ refundID: String, on connection: PostgresConnection
    ) async throws -> (card: LockedCard, refund: RecordedRefund) {
        let (_, cardIDs) = try await connection.pipeline(
            PostgresStatement.preferIndexes, RefundStore.findCard(refundID: refundID, spendID: nil))
        guard let cardID = cardIDs.first ?? nil else { throw SpendingError.unknownRefund }
        guard let card = try await CardLock(cardID).take(on: connection),
            let standing = try await read(refundID, cardID: cardID, on: connection)
        else { throw SpendingError.unknownRefund }
        return (card, standing.refund)
    }

    /// Reads a refund as it is now, or nil.
    func read(_ refundID: String, cardID: String, on connection: PostgresConnection) async throws -> Standing? {
        try await connection.pipeline(View(refundID, cardID: cardID))
    }

    /// Reads a refund as it is now, with what it moved, as one step of a pipeline; answers nil when there is none.
    struct View: PipelineStep {
        private let refund: Query<RefundStore.Standing>
        private let parts: Query<(refundID: ExactText, part: RecordedRefund.Part)>
        private let clawbacks: Query<(refundID: ExactText, clawback: RecordedRefund.Clawback)>

        init(_ refundID: String, cardID: String) {
            let key = [(cardID: cardID, refundID: refundID)]
            refund = RefundStore.read(refundID)
            parts = RefundMovementStore.parts(key)
            clawbacks = RefundMovementStore.clawbacks(key)
        }

        var statements: [PostgresStatement] { refund.statements + parts.statements + clawbacks.statements }

        func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Standing? {
            let found = try refund.takeAnswer(from: &results)
            var refunds = found.map(\.refund)
            let parts = try parts.takeAnswer(from: &results)
            RefundMovementStore.complete(&refunds, parts: parts, clawbacks: try clawbacks.takeAnswer(from: &results))
            guard let refund = refunds.first, let stored = found.first else { return nil }
            return Standing(refund: refund, hash: stored.hash)
        }
    }

    /// Reads spends of the locked card, each of which must be there and of that card.
    ///
    /// **Errors** `UNKNOWN_SPEND`, `SPEND_OF_ANOTHER_CARD`.
    func spends(
        _ spendIDs: [String], ofCard cardID: String, on connection: PostgresConnection
    ) async throws -> [ExactText: PinnedSpend] {
        let found = try await connection.all(PinnedSpendStore.read(spendIDs))
        let spends = Dictionary(found.map { (ExactText($0.spendID), $0) }, uniquingKeysWith: { $1 })
        for spendID in spendIDs {
            guard let spend = spends[ExactText(spendID)] else { throw SpendingError.unknownSpend }
            guard ExactText(spend.cardID) == ExactText(cardID) else { throw SpendingError.spendOfAnotherCard }
        }
        return spends
    }

    /// Attributes a refund that names an authorisation to its clearings, under the lock on the refund's card.
    ///
    /// **Cost** One round trip.
    static func linked(
        _ clues: RefundClues, to authorizationID: String, ofCard cardID: String, _ policy: AttributionPolicy,
        on connection: PostgresConnection
    ) async throws -> RefundAttribution {
        let (candidates, owners) = try await connection.pipeline(
            PinnedSpendStore.clearings(cardID: cardID, authorizationID: authorizationID),
            AuthorizationStore.findCard(authorizationID))
        let authorization: RefundAttribution.NamedAuthorization
        if let owner = owners.first {
            authorization = ExactText(owner) == ExactText(cardID) ? .ofCard : .ofAnotherCard
        } else {
            authorization = .unknown
        }
        return RefundAttribution(
            clues, candidates: candidates, policy: policy, authorization: authorization)
    }

    /// Starts gathering what moves.
    func booking(of card: LockedCard, _ plugins: PinnedPluginSet) -> RefundBooking {
        RefundBooking(card: card, plugins: plugins, tables: tables)
    }

    /// Writes the refund's own row first, then what its booking moves.
    ///
    /// **Errors** `RefundTransaction.LostRace` when the first statement affects no row; `REWARD_OVERFLOW`.
    /// Returns whether positions have moved.
    func write(
        _ row: PostgresStatement, _ booking: RefundBooking, at recordedAt: PostgresTimestamp,
        audit: AuditEntry? = nil, on connection: PostgresConnection
    ) async throws -> Bool {
        var writes = booking.movements.map {
            RefundMovementStore.insert($0, of: booking.card, recordedAt: recordedAt)
        }
        writes += booking.movements.filter { $0.takeback.heldMinor != 0 }.map {
            HeldSpendStore.take($0.takeback.heldMinor, of: booking.card, spendID: $0.spendID)
        }
        if !booking.periods.isEmpty {
            let stored = try await connection.all(PeriodTotalStore.read(Set(booking.periods.keys)))
            let totals = try booking.periodTotals(from: Dictionary(stored, uniquingKeysWith: { $1 }))
            if let write = PeriodTotalStore.write(totals, under: LockedCards(booking.card)) { writes.append(write) }
        }
        let clawbacks = try booking.clawbacks
        writes += positions.change(clawbacks, at: recordedAt)
        writes += audit.statements
        let (written, _) = try await connection.pipeline(row, writes)
        guard written == 1 else { throw RefundTransaction.LostRace() }
        return !clawbacks.isEmpty
    }
}

extension RefundBooking {
    /// The period totals after what is taken.
    ///
    /// **Errors** `REWARD_OVERFLOW`.
    func periodTotals(from before: [PeriodKey: PeriodTotals]) throws(SpendingError) -> [PeriodKey: PeriodTotals] {
        var after: [PeriodKey: PeriodTotals] = [:]
        for (key, change) in periods {
            let had = before[key] ?? .zero
            let (accepted, acceptedOverflows) = had.acceptedMinor.subtractingReportingOverflow(change.acceptedMinor)
            let (earned, earnedOverflows) = had.earnedMicro.subtractingReportingOverflow(change.micro)
            guard !acceptedOverflows, !earnedOverflows else { throw .rewardOverflow }
            after[key] = PeriodTotals(acceptedMinor: accepted, earnedMicro: earned)
        }
        return after
    }
}
