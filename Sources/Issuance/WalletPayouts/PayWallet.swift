import Cosmo
import PostgreSQL
import Rewards

/// Pays what positions have pending into the wallet, and takes back what they owe, in the planner's own transaction.
///
/// **Guarantees** The wallet's ledger, the issuances or reversals and the positions are one commit (I-2, I-10). An
/// issuance is born confirmed: the wallet is in the same database, so no outcome is ever unknown (I-6).
///
/// **Cost** A few round trips for any number of positions.
struct PayWallet: Sendable {
    /// What was done.
    struct Result: Sendable, Hashable {
        var issuanceCount = 0
        var reversalCount = 0
        var hasMore = false
    }

    /// A position to settle.
    struct Due: Sendable {
        let position: DuePosition
        let terms: ProgramTerms
        /// Until when nothing is paid; nil when nothing waits.
        let waitsUntil: PostgresTimestamp?
    }

    /// What a position becomes.
    struct Settled: Sendable {
        let key: PositionKey
        var issuedMicro: Int64 = 0
        var blockedReason: String?
        var planAt: PostgresTimestamp?
    }

    let payout: WalletPayout
    let configuration: IssuanceConfiguration
    let makeReference: @Sendable (PositionKey) -> String

    /// Settles positions that are locked, each with its program's terms.
    func callAsFunction(
        _ due: [Due], at now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> Result {
        guard !due.isEmpty else { return Result() }
        let decisions = due.map {
            WalletDecision.decide(
                $0.position, terms: $0.terms, waitsUntil: $0.waitsUntil, configuration: configuration)
        }
        let takeable = try await takeable(due.map(\.position.key), decisions, on: connection)
        let orders = zip(due, decisions).map { due, decision in
            order(for: decision, of: due.position.key, takeableMicro: takeable[due.position.key] ?? 0)
        }
        let placed = orders.indices.filter { orders[$0] != nil }
        let outcomes = try await payout.move(connection, placed.compactMap { orders[$0] }, now)

        var result = Result()
        var settled: [Settled] = []
        var paid: [IssuanceStore.Planned] = []
        var reversals: [ReversalStore.Reversal] = []
        let answers = Dictionary(uniqueKeysWithValues: zip(placed, outcomes))
        for index in due.indices {
            let key = due[index].position.key
            var row = Settled(key: key)
            switch (decisions[index], orders[index]?.movement, answers[index]) {
            case (.blocked(let reason), _, _):
                row.blockedReason = reason
            case (.wait(let end), _, _):
                row.blockedReason = IssuanceReason.linkHeld
                row.planAt = end.isFinite ? end : nil
            case (.pay(_, let hasMore), .pay(let payments), .paid(let memberID)):
                let account = WalletPayout.account(ofMember: memberID)
                let issuances = payments.map { Self.issue(of: key, $0, account: account) }
                paid += issuances
                row.issuedMicro = issuances.reduce(0) { $0 + $1.quantityMicro }
                if hasMore { row.planAt = now.advanced(by: configuration.planMoreDelay) }
                result.hasMore = result.hasMore || hasMore
            case (.takeBack(let wanted), .takeBack, .takenBack(let points, let transactionID)):
                reversals.append(
                    ReversalStore.Reversal(
                        key: key, quantityMicro: points * MicroPoints.perPoint, transactionID: transactionID))
                row.issuedMicro = -points * MicroPoints.perPoint
                if points < wanted { row.planAt = now.advanced(by: configuration.walletClawbackRetry) }
            case (.takeBack, .takeBack, .nothingThere), (.takeBack, .takeBack, .refused):
                // The balance may come back: a redemption is canceled, another purchase pays in.
                row.planAt = now.advanced(by: configuration.walletClawbackRetry)
            case (_, _, .refused(let refusal)):
                row.blockedReason = refusal.reason
                row.planAt = now.advanced(by: configuration.walletPayoutRetry)
            default:
                break
            }
            settled.append(row)
        }
        result.issuanceCount = paid.count
        result.reversalCount = reversals.count
        var statements = [PositionStore.settle(settled, at: now)]
        if !paid.isEmpty { statements.append(IssuanceStore.insertPaid(paid, environment: payout.environment, at: now)) }
        if !reversals.isEmpty {
            statements.append(ReversalStore.insert(reversals, environment: payout.environment, at: now))
        }
        _ = try await connection.pipeline(statements)
        return result
    }

    /// What the wallet holds of owing positions, in this environment: no more is taken back than was ever paid there.
    private func takeable(
        _ keys: [PositionKey], _ decisions: [WalletDecision], on connection: PostgresConnection
    ) async throws -> [PositionKey: Int64] {
        let owing = zip(keys, decisions).compactMap { key, decision -> PositionKey? in
            if case .takeBack = decision { key } else { nil }
        }
        guard !owing.isEmpty else { return [:] }
        let takeable = try await connection.all(ReversalStore.takeable(owing, environment: payout.environment))
        return Dictionary(takeable, uniquingKeysWith: { first, _ in first })
    }

    private func order(
        for decision: WalletDecision, of key: PositionKey, takeableMicro: Int64
    ) -> WalletPayout.Order? {
        switch decision {
        case .pay(let chunks, _):
            let payments = chunks.map { PointsMovement.Payment(referenceNumber: makeReference(key), points: $0) }
            return (key.cardID, .pay(payments))
        case .takeBack(let pointsMax):
            let points = min(pointsMax, max(takeableMicro, 0) / MicroPoints.perPoint)
            return points > 0 ? (key.cardID, .takeBack(pointsMax: points)) : nil
        case .rest, .wait, .blocked:
            return nil
        }
    }

    private static func issue(
        of key: PositionKey, _ payment: PointsMovement.Payment, account: CosmoAccount
    ) -> IssuanceStore.Planned {
        IssuanceStore.Planned(
            key: key, referenceNumber: payment.referenceNumber, quantityMicro: payment.points * MicroPoints.perPoint,
            sentValue: payment.points, sentUnitMicro: MicroPoints.perPoint,
            sentCurrency: CosmoIssuanceRequest.pointsCurrency, account: account)
    }
}
