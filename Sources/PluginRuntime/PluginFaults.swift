import Metrics
package import Rewards

/// The count of parked legs, by plugin and reason.
package enum PluginFaults {
    /// The label of the counter.
    package static let label = "multibrand_plugin_faults_total"

    /// Counts the parked legs of a fresh decision; costs nothing when there are none.
    package static func count(in decision: Decision) {
        for leg in decision.legs where leg.status == .parked {
            let dimensions = [("plugin", leg.plugin?.plugin ?? ""), ("reason", leg.faultReason ?? "")]
            Counter(label: label, dimensions: dimensions).increment()
        }
    }
}
