public import PostgreSQL
import Rewards

/// One version of a program's plugin and its configuration; append-only, since decisions pin it (I-9).
public struct ProgramConfiguration: Sendable, Hashable {
    /// Its number, counted from 1 for each program.
    public let configurationVersion: Int64
    /// The plugin's name.
    public let plugin: String
    /// The plugin's version.
    public let pluginVersion: String
    /// The configuration as canonical JSON.
    public let configurationJSON: String
    /// SHA-256 over plugin, version and configuration, in hexadecimal.
    public let digest: String
    /// The API client that set it.
    public let setBy: String
    /// When.
    public let setAt: PostgresTimestamp
}
