import PostgreSQL
import Rewards

/// What is to be done for a position whose program pays into the wallet: a pure function of what was read.
///
/// **Guarantees** Nothing is paid while the position owes (I-7). What is asked back is a whole number of points that
/// covers what is owed; the fraction above is pending again. The balance may hold less: what it does not cover stays
/// debt.
enum WalletDecision: Sendable, Hashable {
    /// Pay these amounts, one issuance each, in points.
    case pay([Int64], hasMore: Bool)
    /// Take back up to so many points.
    case takeBack(pointsMax: Int64)
    /// Nothing for now.
    case rest
    /// It is open whether the link is the cardholder's word: nothing is paid before that time.
    case wait(until: PostgresTimestamp)
    /// Something prevents it.
    case blocked(reason: String)

    static func decide(
        _ due: DuePosition, terms: ProgramTerms, waitsUntil: PostgresTimestamp? = nil,
        configuration: IssuanceConfiguration
    ) -> WalletDecision {
        guard let position = due.position else { return .blocked(reason: IssuanceReason.positionBroken) }
        if position.debtMicro > 0 {
            guard configuration.walletClawback == .debit, due.key.unit == .points else { return .rest }
            return .takeBack(pointsMax: wholePoints(coveringMicro: position.debtMicro))
        }
        guard position.pendingMicro > 0 else { return .rest }
        if let waitsUntil { return .wait(until: waitsUntil) }
        guard due.key.unit == .points else { return .blocked(reason: IssuanceReason.walletNeedsPoints) }
        if terms.isPaused { return .blocked(reason: IssuanceReason.programPaused) }
        guard
            let limits = try? IssuanceLimits(
                minimumUnits: max(terms.minimumPoints ?? 1, 1), maximumUnits: terms.maximumPoints),
            let plan = try? IssuancePlan.plan(
                for: position, unitMicro: MicroPoints.perPoint, limits: limits,
                chunkCountMax: configuration.chunksPerPlanMax)
        else { return .blocked(reason: IssuanceReason.limitsContradict) }
        guard !plan.chunks.isEmpty else { return .rest }
        return .pay(plan.chunks, hasMore: plan.chunks.count == configuration.chunksPerPlanMax)
    }

    /// The least whole points that cover an amount.
    static func wholePoints(coveringMicro micro: Int64) -> Int64 {
        let (points, rest) = micro.quotientAndRemainder(dividingBy: MicroPoints.perPoint)
        return rest > 0 ? points + 1 : points
    }
}
