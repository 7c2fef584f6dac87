public import PluginRuntime
public import PostgreSQL

/// What refunds take from one card, program and unit.
public struct SpendClawback: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The program.
    public let programID: String
    /// What is counted.
    public let unit: RewardUnit
    /// How much, in millionths of the unit; below zero it is given back.
    public let micro: Int64

    /// Makes a clawback.
    public init(cardID: String, programID: String, unit: RewardUnit, micro: Int64) {
        self.cardID = cardID
        self.programID = programID
        self.unit = unit
        self.micro = micro
    }
}

/// Gives the statements that take clawbacks from positions; composition fills it with the room that owns positions.
///
/// The clawbacks come aggregated, one for each card, program and unit, in key order; the statements run inside the
/// refund's own transaction, after the lock on the card.
public typealias ClawbackSink = @Sendable (_ clawbacks: [SpendClawback]) -> [PostgresStatement]

/// Finds the plugin of a configuration that a decision pinned, in force or not.
///
/// **Errors** `PostgresError` when the database is away; anything else means that this build does not hold the plugin.
public typealias PinnedPlugins =
    @Sendable (_ programID: String, _ configurationVersion: Int64) async throws -> InstalledPlugin
