import Metrics

/// The numbers this module reports, by call and outcome.
enum CosmoMetrics {
    /// Counts one exchange and its duration.
    static func record(_ call: CosmoCall, outcome: String, duration: Duration) {
        Counter(label: "multibrand_cosmo_calls_total", dimensions: [("call", call.rawValue), ("outcome", outcome)])
            .increment()
        Timer(label: "multibrand_cosmo_call_duration_seconds", dimensions: [("call", call.rawValue)])
            .record(duration: duration)
    }
}
