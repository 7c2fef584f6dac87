import CoreMetrics
import Synchronization

/// A counter of fractions.
final class PrometheusFloatingPointCounter: FloatingPointCounterHandler, MetricSeries {
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) { self.key = key }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        value.add(amount)
    }

    func reset() { value.store(0) }

    func write(into text: inout String) {
        text += "\(key.family)\(key.labels.braced()) \(Exposition.number(value.load()))\n"
    }
}
