import Cryptography
package import OperatorRecord
package import PostgreSQL
package import Rewards

/// Gives up what a card owes a program, whole or in part, by an operator's decision (I-7).
///
/// **Guarantees** One request id has one outcome (I-5). Planned issuances of the position are withdrawn first, and what
/// rests on issuances that are under way or unknown is not given up: were one of them to come to nothing after that,
/// its quantity would be pending although its spend was refunded. So nothing ever becomes pending by it.
package struct WriteOffDebt: Sendable {
    /// What is to be given up, and why.
    package struct Request: Sendable, Hashable {
        /// The card that owes.
        package var cardID: String
        /// The program it owes.
        package var programID: String
        /// What it owes; nil for the one unit in which it owes anything.
        package var unit: RewardUnit?
        /// How much, in millionths of the unit; nil for all that is owed for certain.
        package var micro: Int64?
        /// Why; kept permanently.
        package var reason: String
        /// The caller's key: the same request again changes nothing.
        package var requestID: String
        /// Whether the spends that were lost after Cosmo had issued their points have been sent again, or never will
        /// be.
        package var lostSpendsAreSettled: Bool

        /// Makes a request.
        package init(
            cardID: String, programID: String, unit: RewardUnit? = nil, micro: Int64? = nil, reason: String,
            requestID: String, lostSpendsAreSettled: Bool = false
        ) {
            self.lostSpendsAreSettled = lostSpendsAreSettled
            self.cardID = cardID
            self.programID = programID
            self.unit = unit
            self.micro = micro
            self.reason = reason
            self.requestID = requestID
        }
    }

    /// The longest reason kept, in bytes.
    package static let reasonBytesMax = 2000

    private let pool: PostgresPool
    private let policy: SettlementPolicy
    private let now: @Sendable () -> PostgresTimestamp
    private let onPlannable: @Sendable () -> Void

    /// Makes the use case; `onPlannable` is called after the commit, to wake the planner.
    package init(
        pool: PostgresPool, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onPlannable: @escaping @Sendable () -> Void = {}
    ) {
        self.pool = pool
        self.policy = configuration.settlement
        self.now = now
        self.onPlannable = onPlannable
    }

    /// Writes off and returns the position as it is then.
    ///
    /// `audit` is recorded in the same transaction; not for a request that was carried out before.
    /// When the answer to the commit is lost, the request id shows after a reconnection whether it took effect.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `REQUEST_CONFLICT`, `UNKNOWN_POSITION`, `NO_DEBT`, `EXCEEDS_DEBT`;
    /// `PostgresError`, with `commitOutcomeUnknown` only when the database stayed away.
    package func callAsFunction(
        _ request: Request, by clientID: String, audit: AuditEntry? = nil
    ) async throws -> PositionView {
        let request = try Self.checked(request)
        let line = PositionLine.name(cardID: request.cardID, programID: request.programID)
        let view = try await pool.withLine(line) { try await writeOff(request, by: clientID, audit: audit) }
        onPlannable()
        return view
    }

    private func writeOff(_ request: Request, by clientID: String, audit: AuditEntry?) async throws -> PositionView {
        let hash = request.hash
        return try await pool.commit { connection in
            let lock = PositionStore.lock(cardID: request.cardID, programID: request.programID)
            let (locked, earlier) = try await connection.pipeline(
                lock, DebtStore.writtenOff(cardID: request.cardID, requestID: request.requestID))
            if let before = earlier.first {
                guard before.requestHash == hash, let view = locked.first(where: { $0.key == before.key }) else {
                    throw Self.conflict
                }
                return view
            }
            guard !locked.isEmpty else {
                throw IssuanceError(.unknownPosition, "the card has not earned anything with this program yet")
            }
            let now = self.now()
            _ = try await WithdrawPlanned(policy: self.policy)(
                locked.map { ($0.key, $0.position.debtMicro) }.filter { $0.1 > 0 }, at: now, on: connection)
            let view = try Self.owing(try await connection.all(lock), request)
            let adopted =
                request.lostSpendsAreSettled
                ? 0 : try await connection.pipeline(IssuanceStore.adoptedMicro(of: view.key).one)
            let certain = view.position.certainDebtMicro(adoptedMicro: adopted)
            guard certain > 0 else {
                throw IssuanceError(
                    .noDebt,
                    "what it owes rests on issuances under way or unknown, or on spends that were lost after Cosmo had "
                        + "issued "
                        + "their points: settle the issuances, have the card platform send the spends again, then say "
                        + "lost_spends_settled")
            }
            let micro = request.micro ?? certain
            guard micro <= certain else {
                throw IssuanceError(
                    .exceedsDebt,
                    "more than the position owes for certain; read it again, or leave the amount out for all of that",
                    field: "micro")
            }
            let (inserted, _, _, after) = try await connection.pipeline(
                DebtStore.insert(
                    view.key, requestID: request.requestID, micro: micro, reason: request.reason, by: clientID,
                    requestHash: hash, at: now),
                PositionStore.writeOff(micro, of: view.key, at: now), audit.statements, lock)
            // Another position's request took the id between our look and our row.
            guard inserted == 1 else { throw Self.conflict }
            return after.first { $0.key == view.key } ?? view
        }
    }

    private static func owing(_ positions: [PositionView], _ request: Request) throws(IssuanceError) -> PositionView {
        let owing = positions.filter { $0.position.debtMicro > 0 && (request.unit ?? $0.key.unit) == $0.key.unit }
        guard let view = owing.first else { throw IssuanceError(.noDebt, "the position owes nothing; read it again") }
        guard owing.count == 1 else {
            throw IssuanceError(
                .invalidArgument, "unit: name it, since the card owes this program both points and value", field: "unit"
            )
        }
        return view
    }

    private static var conflict: IssuanceError {
        IssuanceError(
            .requestConflict, "the request id was used for another write-off; take a new one", field: "request_id")
    }

    private static func checked(_ request: Request) throws(IssuanceError) -> Request {
        var request = request
        let ids = [
            ("card_id", request.cardID), ("program_id", request.programID), ("request_id", request.requestID),
        ]
        for (field, id) in ids where !IdentifierRule.check(id) {
            throw IssuanceError(
                .invalidArgument, "\(field): 1 to 128 bytes of text without control characters", field: field)
        }
        if let micro = request.micro, micro <= 0 {
            throw IssuanceError(.invalidArgument, "micro: above zero, or left out for all of it", field: "micro")
        }
        request.reason = request.reason.trimmingSpace()
        let bytes = request.reason.utf8
        guard !bytes.isEmpty, bytes.count <= reasonBytesMax, !bytes.contains(0) else {
            throw IssuanceError(.invalidArgument, "reason: say why, in at most 2000 bytes of text", field: "reason")
        }
        return request
    }
}

extension Position {
    /// What is owed even if no issuance that is not confirmed is ever confirmed and every lost spend is sent again.
    ///
    /// Cosmo may have issued the points of a spend that was lost. Such an issuance is adopted, and the position owes it
    /// until the spend is sent again. Were that debt given up, the spend would earn its points a second time. Nor is
    /// more given up than refunds took.
    ///
    /// - Parameter adoptedMicro: What was adopted, in millionths of the unit.
    fileprivate func certainDebtMicro(adoptedMicro: Int64) -> Int64 {
        let owed = Int128(clawedBackMicro) + Int128(issuedMicro) - Int128(earnedMicro) - Int128(writtenOffMicro)
        let refunded = Int128(clawedBackMicro) - Int128(writtenOffMicro)
        // Never more than the debt, which fits.
        return Int64(clamping: max(0, min(owed - Int128(adoptedMicro), refunded)))
    }
}

extension WriteOffDebt.Request {
    /// The digest that shows whether a request id comes with the same request again.
    fileprivate var hash: [UInt8] {
        let fields = [cardID, programID, unit?.rawValue ?? "", micro.map(String.init) ?? "", reason]
        // Lengths keep neighbouring fields apart.
        return SHA256.digest(Array(fields.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    }
}
