public import PostgreSQL

/// What a spend has earned for one card, program and unit.
public struct SpendEarning: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The program.
    public let programID: String
    /// What is counted.
    public let unit: RewardUnit
    /// How much is earned, in millionths of the unit, above zero.
    public let micro: Int64

    /// Makes an earning.
    public init(cardID: String, programID: String, unit: RewardUnit, micro: Int64) {
        self.cardID = cardID
        self.programID = programID
        self.unit = unit
        self.micro = micro
    }
}

/// Gives the statements that add earnings to positions; composition fills it with the room that owns positions.
///
/// The earnings come aggregated, one for each card, program and unit, in key order; the statements run inside the spends'
/// own transaction.
public typealias EarningSink = @Sendable ([SpendEarning]) -> [PostgresStatement]
