package import PluginRuntime
package import PostgreSQL
package import Rewards

/// Gives the statements that change positions; composition fills it with the room that owns positions.
///
/// The changes come aggregated, at most one earning and one claw-back for each position, earnings first and each kind
/// in the order of the keys. The statements run inside the caller's own transaction, after the locks on the cards.
package typealias PositionSink = @Sendable ([PositionChange]) -> [PostgresStatement]

/// Finds the plugin of a configuration that a decision pinned, in force or not.
///
/// **Errors** `PostgresError` when the database is away; anything else means that this build does not hold the plugin.
package typealias PinnedPlugins =
    @Sendable (_ programID: String, _ configurationVersion: Int64) async throws -> InstalledPlugin
