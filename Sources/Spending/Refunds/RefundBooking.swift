import Cards
import PluginRuntime
import PostgreSQL
import Rewards

/// The pure heart of a refund: what moving the refunded totals of a card's spends takes, gathered for writing.
///
/// **Guarantees** Each movement is A(amount − before) − A(amount − after) of its spend's pinned decision (I-4); the
/// clawbacks, excluded and held of a movement sum to it (I-1).
struct RefundBooking {
    /// A row of `refund_movements` with its clawbacks.
    struct Movement: Sendable {
        let refundID: String
        let spendID: String
        let cause: MovementCause
        let amountMinor: Int64
        let refundedAfterMinor: Int64
        let takeback: Takeback
    }

    /// What a period's total loses; below zero it gains.
    struct PeriodChange: Sendable {
        var acceptedMinor: Int64 = 0
        var micro: Int64 = 0
    }

    let card: LockedCard
    let plugins: PinnedPluginSet
    let tables: ApportionmentCache
    private(set) var movements: [Movement] = []
    private(set) var periods: [PeriodKey: PeriodChange] = [:]

    init(card: LockedCard, plugins: PinnedPluginSet, tables: ApportionmentCache) {
        self.card = card
        self.plugins = plugins
        self.tables = tables
    }

    /// Refunds more of a spend, or less for an amount below zero.
    ///
    /// **Errors** `REFUND_EXCEEDS_SPEND`; `DECISION_NOT_REPRODUCED`, `PLUGIN_UNAVAILABLE`, `PLUGIN_FAILED`,
    /// `PLUGIN_CONTRADICTS_ITSELF`, which hold a refund; `PinnedPluginSet.Missing`.
    mutating func move(
        _ spend: inout PinnedSpend, by amountMinor: Int64, for refundID: String, _ cause: MovementCause
    ) throws {
        let (after, overflow) = spend.refundedMinor.addingReportingOverflow(amountMinor)
        guard !overflow, after >= 0, after <= spend.input.purchase.amount.minorUnits else {
            throw SpendingError.refundExceedsSpend
        }
        guard spend.isReproducible else { throw SpendingError.decisionNotReproduced }
        var takeback = try takeback(of: spend.pinned, from: spend.refundedMinor, to: after)
        try count(takeback, of: spend.pinned)
        if let release = spend.release {
            // What the spend's decision held is in the release: it gives up what the held part would.
            let releasedAfter = release.refundedMinor + takeback.heldMinor
            let ofRelease = try self.takeback(of: release, to: releasedAfter)
            if let pinned = release.pinned { try count(ofRelease, of: pinned) }
            takeback = takeback.joined(with: ofRelease)
            spend.release?.refundedMinor = releasedAfter
        }
        movements.append(
            Movement(
                refundID: refundID, spendID: spend.spendID, cause: cause, amountMinor: amountMinor,
                refundedAfterMinor: after, takeback: takeback))
        spend.refundedMinor = after
    }

    /// What positions lose, one item for each program and unit, in key order.
    var clawbacks: [PositionChange] {
        get throws(SpendingError) {
            var sums: [PositionKey: Int64] = [:]
            for leg in movements.flatMap(\.takeback.legs) {
                guard let earning = leg.earning, leg.micro != 0 else { continue }
                let key = PositionKey(cardID: card.id, programID: leg.programID, unit: earning.unit)
                let (sum, overflow) = sums[key, default: 0].addingReportingOverflow(leg.micro)
                guard !overflow else { throw .rewardOverflow }
                sums[key] = sum
            }
            return PositionChange.clawedBack(sums)
        }
    }

    /// What a release gives up; one that has expired has nothing but what is excluded.
    private func takeback(of release: PinnedSpend.Release, to after: Int64) throws -> Takeback {
        guard release.isReproducible else { throw SpendingError.decisionNotReproduced }
        guard let pinned = release.pinned, after != release.refundedMinor else {
            return Takeback(legs: [], excludedMinor: 0, heldMinor: 0)
        }
        return try takeback(of: pinned, from: release.refundedMinor, to: after)
    }

    private func takeback(of pinned: PinnedDecision, from before: Int64, to after: Int64) throws -> Takeback {
        do {
            let identities = try pinned.plugins(refundedBefore: before, refundedAfter: after, tables: tables)
            let set = try plugins.plugins(identities)
            return try set.takeback(from: pinned, refundedBefore: before, refundedAfter: after, tables: tables)
        } catch let error as TakebackError {
            throw SpendingError(error)
        }
    }

    /// Caps and tiers look at what a period has had: it loses what is taken.
    private mutating func count(_ takeback: Takeback, of pinned: PinnedDecision) throws {
        let decision = pinned.decision
        var counted: [String: PluginIdentity] = [:]
        for leg in takeback.legs where leg.acceptedMinor != 0 || leg.micro != 0 {
            guard let asked = pinned.accumulatingPlugin(ofProgram: leg.programID) else { continue }
            counted[leg.programID] = asked
        }
        guard !counted.isEmpty else { return }
        let set = try plugins.plugins(counted)
        for leg in takeback.legs where counted[leg.programID] != nil {
            guard let plugin = set[leg.programID] else { throw SpendingError.pluginUnavailable }
            guard let period = plugin.period else { throw SpendingError.pluginContradictsItself }
            let key = PeriodKey(
                cardID: card.id, programID: leg.programID, period: period,
                occurredAtMicros: decision.input.purchase.occurredAtMicros)
            var change = periods[key] ?? PeriodChange()
            change.acceptedMinor = try Self.sum(change.acceptedMinor, leg.acceptedMinor)
            change.micro = try Self.sum(change.micro, leg.micro)
            periods[key] = change
        }
    }

    private static func sum(_ left: Int64, _ right: Int64) throws(SpendingError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw .rewardOverflow }
        return sum
    }
}

extension PinnedDecision {
    /// Who decided a program's leg, when it counts in a period.
    fileprivate func accumulatingPlugin(ofProgram programID: String) -> PluginIdentity? {
        if let settled = settled[programID] { return settled.periodTotals == nil ? nil : settled.plugin }
        guard let leg = decision.legs.first(where: { $0.programID == programID }), leg.periodTotals != nil else {
            return nil
        }
        return leg.plugin
    }
}

extension SpendingError {
    /// Why nothing of a refund may move.
    init(_ error: TakebackError) {
        switch error.kind {
        case .refundOutOfRange: self = .refundExceedsSpend
        case .decisionNotReproduced: self = .decisionNotReproduced
        case .pluginUnavailable: self = .pluginUnavailable
        case .pluginFailed: self = .pluginFailed
        case .pluginContradictsItself: self = .pluginContradictsItself
        }
    }
}
