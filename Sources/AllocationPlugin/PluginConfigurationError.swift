public import Rewards

/// The refusal of a program's configuration: where it is wrong and what is allowed there.
public struct PluginConfigurationError: ReasonedError, Hashable {
    /// The place in the configuration, as a JSON path: `$.rates[2].points`.
    public let path: String
    /// What is allowed there, for people.
    public let allowed: String

    /// The stable reason, `PLUGIN_CONFIGURATION_INVALID`.
    public var reason: String { "PLUGIN_CONFIGURATION_INVALID" }

    /// Both in one sentence.
    public var description: String { "\(path): \(allowed)" }

    /// Makes an error.
    public init(path: String, allowed: String) {
        self.path = path
        self.allowed = allowed
    }
}
