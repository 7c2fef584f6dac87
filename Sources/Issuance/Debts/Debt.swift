public import PostgreSQL
public import Rewards

/// What a card owes a program: clawed back after it was issued, and not earned again since (I-7).
public struct Debt: Sendable, Hashable {
    /// The position that owes.
    public let key: PositionKey
    /// How much, in millionths of the unit; above zero.
    public let debtMicro: Int64
    /// When the oldest part of it came about.
    public let oldestAt: PostgresTimestamp
    /// The debt by age; the parts sum to it.
    public let ages: DebtAges
}

/// A debt by age.
///
/// Earnings pay for the oldest claw-backs first, so a debt is made of the newest ones, walked back to its size; an undone
/// refund counts for nothing. What no claw-back explains (Cosmo issued what we took for not issued) has the age of the
/// oldest part, or of the position's last change when there is none.
public struct DebtAges: Sendable, Hashable {
    /// At most 30 days old, in millionths of the unit.
    public var upTo30DaysMicro: Int64 = 0
    /// More than 30 and at most 60 days old.
    public var upTo60DaysMicro: Int64 = 0
    /// More than 60 and at most 90 days old.
    public var upTo90DaysMicro: Int64 = 0
    /// More than 90 days old.
    public var over90DaysMicro: Int64 = 0

    /// Makes the parts.
    public init(
        upTo30DaysMicro: Int64 = 0, upTo60DaysMicro: Int64 = 0, upTo90DaysMicro: Int64 = 0, over90DaysMicro: Int64 = 0
    ) {
        self.upTo30DaysMicro = upTo30DaysMicro
        self.upTo60DaysMicro = upTo60DaysMicro
        self.upTo90DaysMicro = upTo90DaysMicro
        self.over90DaysMicro = over90DaysMicro
    }

    /// Adds to the part of an age.
    mutating func add(_ micro: Int64, since: PostgresTimestamp, at now: PostgresTimestamp) {
        let day = Duration.seconds(86_400)
        switch now.duration(since: since) {
        case ...(day * 30): upTo30DaysMicro += micro
        case ...(day * 60): upTo60DaysMicro += micro
        case ...(day * 90): upTo90DaysMicro += micro
        default: over90DaysMicro += micro
        }
    }
}

/// A page of debts.
public struct DebtPage: Sendable, Hashable {
    /// The debts, largest first within a program.
    public let debts: [Debt]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}

/// What all cards owe a program, in one unit.
public struct DebtTotal: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What is owed.
    public let unit: RewardUnit
    /// How much, in millionths of the unit.
    public let debtMicro: Int64
    /// How many positions owe.
    public let positionCount: Int64
}

/// What may or may not have been issued by a program, in one unit (I-6).
public struct UnknownBalance: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What it counts.
    public let unit: RewardUnit
    /// How much, in millionths of the unit.
    public let unknownMicro: Int64
    /// In how many issues.
    public let issuanceCount: Int64
    /// When the oldest of them was first sent; nil when there are none.
    public let oldestSentAt: PostgresTimestamp?
}
