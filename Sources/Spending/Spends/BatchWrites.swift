import Rewards

/// What a batch changes, gathered so that each table takes one statement.
struct BatchWrites: Sendable {
    /// One vector of one card.
    struct RunningTotalKey: Sendable, Hashable, Comparable {
        let cardID: ExactText
        let weights: String

        static func < (left: Self, right: Self) -> Bool {
            (left.cardID, left.weights) < (right.cardID, right.weights)
        }
    }

    /// A new row of `spends` with its legs.
    struct Spend: Sendable {
        let recorded: RecordedSpend
        let hash: [UInt8]

        var decision: Decision { recorded.decision }
        var legs: [RecordedLeg] { recorded.legs }
    }

    var spends: [Spend] = []
    /// Absolute: the card's lock is held, so nobody else moves them.
    var runningTotals: [RunningTotalKey: Int64] = [:]
    /// Absolute, as above.
    var periodTotals: [PeriodKey: PeriodTotals] = [:]
    /// Increments: issuance moves the same rows without the card's lock.
    var earnings: [PositionKey: Int64] = [:]
}
