/// The plugin that decides for a program, pinned: what it is and the configuration it ran with (I-9).
public struct PluginIdentity: Sendable, Hashable {
    /// The plugin's name and version, such as `flat-rate@1.0.0`.
    public let plugin: String
    /// The digest of name, version and configuration, in hexadecimal.
    public let digest: String
    /// The number of the program's configuration, counted from 1.
    public let configurationVersion: Int64

    /// Makes an identity.
    public init(plugin: String, digest: String, configurationVersion: Int64) {
        self.plugin = plugin
        self.digest = digest
        self.configurationVersion = configurationVersion
    }
}
