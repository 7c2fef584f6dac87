package import AllocationPlugin
import Rewards

/// Why a plugin cannot be installed for a program.
package struct PluginInstallError: ReasonedError, Hashable {
    /// The kinds of refusal.
    package enum Kind: String, Sendable {
        /// This build has no plugin of that name.
        case unknown = "PLUGIN_UNKNOWN"
        /// This build has the plugin in another version.
        case versionAbsent = "PLUGIN_VERSION_ABSENT"
        /// The configuration is refused by the plugin.
        case configurationInvalid = "PLUGIN_CONFIGURATION_INVALID"
        /// Two plugins of one build have one name.
        case nameRepeated = "PLUGIN_NAME_REPEATED"
        /// A plugin's name is not lower-case letters, digits and hyphens.
        case nameMalformed = "PLUGIN_NAME_MALFORMED"
    }

    /// What is refused.
    package let kind: Kind
    /// The plugin.
    package let plugin: String
    /// What the plugin said about its configuration.
    package let configurationError: PluginConfigurationError?

    /// The stable reason.
    package var reason: String { kind.rawValue }

    /// What to do about it, for people.
    package var description: String {
        switch kind {
        case .unknown: "this build has no plugin named \(plugin): list the plugins to see which it has"
        case .versionAbsent: "this build does not hold \(plugin): run the release that does"
        case .configurationInvalid: "\(plugin): \(configurationError?.description ?? "the configuration is refused")"
        case .nameRepeated: "two plugins are named \(plugin): rename one"
        case .nameMalformed: "a plugin's name must be lower-case letters, digits and hyphens"
        }
    }

    init(_ kind: Kind, plugin: String, configurationError: PluginConfigurationError? = nil) {
        self.kind = kind
        self.plugin = plugin
        self.configurationError = configurationError
    }
}
