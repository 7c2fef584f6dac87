import PluginRuntime
import PostgreSQL
import Rewards

/// The pure heart of a batch of releases: what was held of a card's spends is decided, oldest first.
///
/// A release decides all that the spend's decision held, under the preference in force now, in the period of the
/// purchase. What refunds had taken of it before is given back to the held part and taken from the release. So the
/// spend is at once where it would be had the release come first, and telescopes from then on (I-4).
struct HeldReleaseDecision {
    /// Why nothing was done about a spend.
    struct Obstacle: Error {
        let reason: String
    }

    let card: BatchFacts.Card
    let cardID: String
    let tables: ApportionmentCache
    /// The refunds of each spend that were not undone, in the order in which they came.
    let refunds: [ExactText: [(refundID: String, amountMinor: Int64)]]
    /// Also the totals and earnings that are written.
    private(set) var batch: BatchDecision
    private(set) var releases: [HeldRelease] = []
    private(set) var clawbacks: [PositionKey: Int64] = [:]

    init(
        _ card: BatchFacts.Card, cardID: String, batch: BatchDecision, tables: ApportionmentCache,
        refunds: [ExactText: [(refundID: String, amountMinor: Int64)]]
    ) {
        self.card = card
        self.cardID = cardID
        self.batch = batch
        self.tables = tables
        self.refunds = refunds
    }

    /// The purchase as its release sees it: the same in all but the amount, which is what was held.
    static func input(_ decision: Decision) -> SpendInput {
        let input = decision.input
        return SpendInput(
            spendID: input.spendID, cardID: input.cardID, purchase: input.purchase.amounting(to: decision.heldMinor))
    }

    /// Decides what was held of one spend; all or nothing, so that one that cannot be decided holds up no other.
    mutating func release(_ held: HeldSpendStore.Waiting, _ cause: SpendRelease.Cause) throws(Obstacle) {
        let input = Self.input(held.decision)
        let fallback = batch.configuration.fallback.afterHolding
        let keys = batch.periodKeys(of: input, card.inForce, fallback)
        let decision: Decision
        do throws(SpendingError) {
            decision = try batch.decision(on: input, card.inForce, fallback, keys)
        } catch {
            throw Obstacle(reason: error.reason.rawValue)
        }
        let plugins = batch.plugins
        let pinned = PinnedDecision(decision)
        let movements = try movements(of: held) { before, after throws(TakebackError) in
            try plugins.takeback(from: pinned, refundedBefore: before, refundedAfter: after, tables: tables)
        }
        do throws(SpendingError) {
            try batch.count(decision, keys)
        } catch {
            throw Obstacle(reason: error.reason.rawValue)
        }
        for leg in movements.flatMap(\.takeback.legs) {
            // No more is taken than was just counted, so nothing overflows.
            if let earning = leg.earning, leg.micro != 0 {
                let key = PositionKey(cardID: cardID, programID: leg.programID, unit: earning.unit)
                clawbacks[key, default: 0] += leg.micro
            }
            if let index = decision.programIndex(of: leg.programID), let key = keys[index], leg.earning != nil {
                batch.discount(leg, from: key)
            }
        }
        add(held, .released, cause, decision, movements)
    }

    /// Excludes what was held of one spend, for good.
    mutating func expire(_ held: HeldSpendStore.Waiting) throws(Obstacle) {
        let movements = try movements(of: held) { _, _ throws(TakebackError) in
            Takeback(legs: [], excludedMinor: 0, heldMinor: 0)
        }
        add(held, .expired, .lifetime, nil, movements)
    }

    private mutating func add(
        _ held: HeldSpendStore.Waiting, _ outcome: SpendRelease.Outcome, _ cause: SpendRelease.Cause,
        _ decision: Decision?, _ movements: [RefundBooking.Movement]
    ) {
        let release = SpendRelease(
            outcome: outcome, cause: cause, amountMinor: held.decision.heldMinor, decision: decision,
            preferenceVersion: card.inForce.version, recordedAt: batch.recordedAt)
        releases.append(HeldRelease(spendID: held.spendID, release: release, movements: movements))
    }

    /// What each standing refund takes from the release instead of what it took from the held part.
    private func movements(
        of held: HeldSpendStore.Waiting,
        _ takeback: (_ before: Int64, _ after: Int64) throws(TakebackError) -> Takeback
    ) throws(Obstacle) -> [RefundBooking.Movement] {
        let refunds = refunds[ExactText(held.spendID)] ?? []
        guard !refunds.isEmpty else { return [] }
        let pinned = PinnedDecision(held.decision)
        let refundedMinor = refunds.reduce(0) { $0 + $1.amountMinor }
        var movements: [RefundBooking.Movement] = []
        var (refunded, taken): (Int64, Int64) = (0, 0)
        do throws(TakebackError) {
            for refund in refunds {
                refunded += refund.amountMinor
                let after = held.decision.heldMinor - (try pinned.heldMinor(refunded: refunded, tables: tables))
                guard after != taken else { continue }
                let back = Takeback(legs: [], excludedMinor: 0, heldMinor: after - taken)
                let joined = back.joined(with: try takeback(taken, after))
                movements.append(
                    RefundBooking.Movement(
                        refundID: refund.refundID, spendID: held.spendID, cause: .release, amountMinor: 0,
                        refundedAfterMinor: refundedMinor,
                        takeback: Takeback(
                            legs: joined.legs, excludedMinor: 0, heldMinor: taken - after,
                            releasedMinor: after - taken)))
                taken = after
            }
        } catch {
            throw Obstacle(reason: error.reason)
        }
        return movements
    }
}
