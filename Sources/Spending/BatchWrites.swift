import Rewards

/// What a batch changes, gathered so that each table takes one statement.
struct BatchWrites: Sendable {
    /// One program and unit of one card.
    struct EarningKey: Sendable, Hashable, Comparable {
        let cardID: ExactText
        let programID: String
        let unit: RewardUnit

        static func < (left: Self, right: Self) -> Bool {
            (left.cardID, left.programID, left.unit.rawValue) < (right.cardID, right.programID, right.unit.rawValue)
        }
    }

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
    var earnings: [EarningKey: Int64] = [:]

    /// The increments in key order, in which every writer of positions takes its locks.
    var sortedEarnings: [SpendEarning] {
        earnings.sorted { $0.key < $1.key }.map {
            SpendEarning(cardID: $0.key.cardID.text, programID: $0.key.programID, unit: $0.key.unit, micro: $0.value)
        }
    }
}
