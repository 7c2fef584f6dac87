/// Knows which plugins are in force.
package protocol PluginsInForce: Sendable {
    /// The plugins in force at this moment, as one snapshot.
    var inForce: PluginSet { get }
}
