/// A plugin's failure to answer properly: it parks the leg, and neither stops the service nor loses the spend.
public struct LegFault: ReasonedError, Hashable {
    /// The stable reason, which is stored with the leg.
    public let reason: String
    /// Who failed, or nil when the program has no plugin.
    public let plugin: PluginIdentity?

    /// What happened, for people.
    public var description: String { "the program's plugin gave no usable answer (\(reason)): its leg is parked" }

    /// Makes a fault.
    public init(reason: String, plugin: PluginIdentity?) {
        self.reason = reason
        self.plugin = plugin
    }
}
