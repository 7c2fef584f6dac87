import Metrics

/// What releases count.
struct ReleaseMetrics: Sendable {
    private let released = Counter(label: "multibrand_held_spends_total", dimensions: [("outcome", "released")])
    private let expired = Counter(label: "multibrand_held_spends_total", dimensions: [("outcome", "expired")])
    private let failed = Counter(label: "multibrand_held_spends_total", dimensions: [("outcome", "failed")])

    /// Counts a batch that was brought to an outcome.
    func count(_ batch: HeldReleaseTransaction.Batch) {
        released.increment(by: batch.released)
        expired.increment(by: batch.expired)
        failed.increment(by: batch.obstacles.values.reduce(0, +))
    }
}
