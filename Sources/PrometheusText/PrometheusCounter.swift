import CoreMetrics
import Synchronization

/// A counter of whole things.
final class PrometheusCounter: CounterHandler, MetricSeries {
    let key: SeriesKey
    private let value = Atomic<Int64>(0)

    init(_ key: SeriesKey) { self.key = key }

    /// Counters only grow: a negative amount is the caller's mistake and counts as nothing. Past Int64.max it begins
    /// again, which Prometheus reads as a restart.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(into text: inout String) {
        text += "\(key.family)\(key.labels.braced()) \(value.load(ordering: .relaxed))\n"
    }
}
