package import PostgreSQL
import Rewards

/// One version of a program's plugin and its configuration; append-only, since decisions pin it (I-9).
package struct ProgramConfiguration: Sendable, Hashable {
    /// Its number, counted from 1 for each program.
    package let configurationVersion: Int64
    /// The plugin's name.
    package let plugin: String
    /// The plugin's version.
    package let pluginVersion: String
    /// The configuration as canonical JSON.
    package let configurationJSON: String
    /// SHA-256 over plugin, version and configuration, in hexadecimal.
    package let digest: String
    /// The API client that set it.
    package let setBy: String
    /// When.
    package let setAt: PostgresTimestamp
}
