import Cosmo
import PostgreSQL
import Rewards

/// What the planner makes of a position: a pure function of what was read.
///
/// **Guarantees** Nothing in debt (I-7), nothing while blocked, nothing outside the program's limits.
struct PlanDecision: Sendable, Hashable {
    /// The value of each issuance, in whole units sent to Cosmo.
    var sentValues: [Int64] = []
    /// Millionths of the position's unit in one whole unit.
    var unitMicro: Int64 = 1
    /// `POINTS` or an ISO 4217 code.
    var currency = CosmoIssuanceRequest.pointsCurrency
    /// Why nothing can be planned; nil when nothing prevents it.
    var blockedReason: String?
    /// Whether more could be planned at once than one plan makes.
    var hasMore = false
    /// When it is to be looked at again by itself; nil when something must change first.
    var againAt: PostgresTimestamp?

    /// Millionths the issuances take from the position.
    var plannedMicro: Int64 { sentValues.reduce(0, +) * unitMicro }

    static func decide(
        _ due: DuePosition, destination: Destination?, terms: ProgramTerms?, configuration: IssuanceConfiguration,
        at now: PostgresTimestamp
    ) -> PlanDecision {
        guard due.blockedBy == nil else { return PlanDecision(blockedReason: due.blockedReason) }
        guard let position = due.position else { return PlanDecision(blockedReason: IssuanceReason.positionBroken) }
        if let end = destination?.wait(at: now), position.pendingMicro > 0 || position.inFlightMicro > 0 {
            return PlanDecision(blockedReason: IssuanceReason.linkHeld, againAt: end.isFinite ? end : nil)
        }
        // Nothing to issue needs no reason why not.
        guard position.pendingMicro > 0 else { return PlanDecision() }
        if let obstacle = obstacle(destination, terms) { return PlanDecision(blockedReason: obstacle) }
        guard let destination, let terms else { return PlanDecision() }
        guard
            let sent = SentUnit(
                of: due.key.unit, terms: terms, cardCurrencyCode: destination.cardCurrencyCode,
                valueUnit: configuration.valueUnit)
        else { return PlanDecision(blockedReason: IssuanceReason.currencyMismatch) }
        return plan(position, in: sent, configuration: configuration)
    }

    private static func obstacle(_ destination: Destination?, _ terms: ProgramTerms?) -> String? {
        guard let destination, !destination.account.isEmpty else { return IssuanceReason.linkMissing }
        switch destination.validity {
        case .valid: break
        case .invalid: return IssuanceReason.linkInvalid
        case .unchecked: return IssuanceReason.linkUnchecked
        }
        guard let terms else { return IssuanceReason.programUnknown }
        if terms.isPaused { return IssuanceReason.programPaused }
        return terms.isListed ? nil : IssuanceReason.programUnlisted
    }

    private static func plan(
        _ position: Position, in sent: SentUnit, configuration: IssuanceConfiguration
    ) -> PlanDecision {
        guard let limits = try? IssuanceLimits(minimumUnits: sent.minimum, maximumUnits: sent.maximum),
            let plan = try? IssuancePlan.plan(
                for: position, unitMicro: sent.micro, limits: limits, chunkCountMax: configuration.chunksPerPlanMax)
        else { return PlanDecision(blockedReason: IssuanceReason.limitsContradict) }
        return PlanDecision(
            sentValues: plan.chunks, unitMicro: sent.micro, currency: sent.currency,
            hasMore: plan.chunks.count == configuration.chunksPerPlanMax)
    }
}
