import CoreMetrics

/// A value that goes up and down: a meter, or a recorder whose values are not aggregated.
final class PrometheusGauge: MeterHandler, RecorderHandler, MetricSeries {
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) { self.key = key }

    func set(_ value: Int64) { self.value.store(Double(value)) }
    func set(_ value: Double) { self.value.store(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func write(into text: inout String) {
        text += "\(key.family)\(key.labels.braced()) \(Exposition.number(value.load()))\n"
    }
}
