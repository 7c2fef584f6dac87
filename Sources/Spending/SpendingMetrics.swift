import Metrics

/// The counters and histograms of the spend path; no label holds an id.
struct SpendingMetrics: Sendable {
    private let recorded = Counter(label: "multibrand_spends_total", dimensions: [("outcome", "recorded")])
    private let replayed = Counter(label: "multibrand_spends_total", dimensions: [("outcome", "replayed")])
    private let commitsUnknown = Counter(label: "multibrand_spend_commits_unknown_total")
    private let batchSize = Recorder(label: "multibrand_spend_batch_spends")
    private let batchDuration = Timer(label: "multibrand_spend_batch_seconds")
    private let refused: [SpendingError.Reason: Counter]

    init() {
        refused = Dictionary(
            uniqueKeysWithValues: SpendingError.Reason.allCases.map {
                ($0, Counter(label: "multibrand_spends_total", dimensions: [("outcome", $0.rawValue)]))
            })
    }

    /// Counts a call's answer.
    func count(_ answer: SpendAnswer) {
        (answer.replayed ? replayed : recorded).increment()
    }

    /// Counts a call's refusal or failure.
    func count(_ error: SpendingError) {
        refused[error.reason]?.increment()
    }

    /// Counts a batch that was brought to an outcome.
    func countBatch(spends: Int, duration: Duration) {
        batchSize.record(spends)
        batchDuration.record(duration: duration)
    }

    /// Counts a commit whose outcome stayed unknown.
    func countUnknownCommit() {
        commitsUnknown.increment()
    }
}
