package import PluginRuntime

/// Finds the plugin of a configuration that a decision pinned, in force or not.
///
/// **Errors** `PostgresError` when the database is away; anything else means that this build does not hold the plugin.
package typealias PinnedPlugins =
    @Sendable (_ programID: String, _ configurationVersion: Int64) async throws -> InstalledPlugin
