import Metrics
import Rewards

/// The count of legs that a committed decision parked, by plugin and reason.
enum PluginFaults {
    /// Counts the parked legs of a decision that is on disk; costs nothing when there are none.
    static func count(in decision: Decision) {
        for leg in decision.legs where leg.status == .parked {
            let dimensions = [("plugin", leg.plugin?.plugin ?? ""), ("reason", leg.faultReason ?? "")]
            Counter(label: "multibrand_plugin_faults_total", dimensions: dimensions).increment()
        }
    }
}
