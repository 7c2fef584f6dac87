package import CoreMetrics
import Synchronization

/// A metrics backend that keeps everything in memory and renders it as Prometheus text, format 0.0.4.
///
/// Counters become counters with the ending `_total`, timers histograms of seconds with the ending `_seconds`,
/// recorders histograms, gauges and meters gauges. What is counted elsewhere, such as a queue's depth, is read at each
/// scrape from the collectors given to ``registerGauges(_:)``.
///
/// **Guarantees** One series for each name and label set, however many handles are made of it; the text lists families
/// and series in a fixed order. A declared metric is always there with its HELP and TYPE lines. Memory is bounded: over
/// ``seriesPerFamilyMax`` label sets, a family's further ones share the series `overflow="true"`.
/// **Concurrency** Free for all; a handle is touched without any lock but its own.
/// **Cost** A count is one atomic addition; a time or a size is a binary search under a lock of its series. Making a
/// handle takes the registry's lock: keep handles.
package final class PrometheusMetrics: MetricsFactory {
    /// The value of the `content-type` header that goes with the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The most label sets of one family before further ones are counted together.
    package let seriesPerFamilyMax: Int
    private let namespace: String
    private let declared: Set<String>
    private let state: Mutex<State>

    /// A source of gauges that is asked at each scrape.
    package typealias GaugeCollector = @Sendable () async -> [GaugeSample]

    private struct State: Sendable {
        var families: [String: MetricFamily] = [:]
        var collectors: [GaugeCollector] = []
    }

    /// Makes an empty registry.
    ///
    /// - Parameters:
    ///   - namespace: Put before every name that does not begin with it already.
    ///   - declarations: The metrics that are there from the start. The HELP line of any other is the label that the
    ///     code gives it.
    ///   - seriesPerFamilyMax: The most label sets of one family.
    package init(
        namespace: String = "multibrand", declarations: [MetricDeclaration] = [], seriesPerFamilyMax: Int = 1000
    ) {
        self.namespace = namespace.isEmpty ? "" : MetricName.metric(namespace) + "_"
        self.declared = Set(declarations.map(\.name))
        self.seriesPerFamilyMax = max(seriesPerFamilyMax, 1)
        self.state = Mutex(
            State(families: Dictionary(declarations.map { ($0.name, $0.family) }) { _, later in later }))
    }

    /// Adds a source of gauges that is asked at each scrape; sources are asked at the same time.
    ///
    /// A source that cannot answer returns nothing, so that a scrape never fails for one of them.
    package func registerGauges(_ collect: @escaping GaugeCollector) {
        state.withLock { $0.collectors.append(collect) }
    }

    /// Returns everything there is as Prometheus text.
    ///
    /// **Concurrency** Each series is read at once; the text as a whole is not one moment's.
    package func render() async -> String {
        let collectors = state.withLock { $0.collectors }
        let collected = await withTaskGroup(of: [GaugeSample].self) { group in
            for collect in collectors { group.addTask { await collect() } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        // Snapshots of the family values; the series they refer to are shared and locked one by one while written.
        var families = state.withLock { $0.families }
        for sample in collected { add(sample, to: &families) }
        var text = ""
        for name in families.keys.sorted() { families[name]?.write(into: &text) }
        return text
    }

    // MARK: MetricsFactory

    /// Returns the counter of a label and dimensions.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions, PrometheusCounter.init)
    }

    /// Returns the counter of a label and dimensions that is counted in fractions.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .floatingPointCounter, dimensions, PrometheusFloatingPointCounter.init)
    }

    /// Returns the gauge of a label and dimensions.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions, PrometheusGauge.init)
    }

    /// Returns the histogram of a label and dimensions, or the gauge when the values are not to be aggregated.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, .gauge, dimensions, PrometheusGauge.init) }
        return series(label, .sizes, dimensions) { PrometheusHistogram($0, bounds: .sizes) }
    }

    /// Returns the histogram of seconds of a label and dimensions.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .seconds, dimensions) { PrometheusHistogram($0, bounds: .seconds) }
    }

    /// Forgets a counter.
    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    /// Forgets a counter that is counted in fractions.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    /// Forgets a gauge.
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    /// Forgets a histogram or a gauge.
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    /// Forgets a histogram.
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    // MARK: Families

    private func series<Series: MetricSeries>(
        _ label: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)], _ make: (SeriesKey) -> Series
    ) -> Series {
        let base = kind.name(for: namespaced(MetricName.metric(label)))
        var labels = LabelSet(dimensions, reserved: kind.reservedLabel)
        return state.withLock { state in
            var name = base
            // One name has one type in the format; a name used twice gets the later kind's word behind it.
            while let family = state.families[name], family.kind != kind { name += "_" + kind.rawValue }
            var family = state.families[name] ?? MetricFamily(name: name, kind: kind, help: label)
            if family.series[labels] == nil, family.series.count >= seriesPerFamilyMax { labels = .overflow }
            if let existing = family.series[labels] as? Series { return existing }
            let series = make(SeriesKey(family: name, labels: labels))
            family.series[labels] = series
            state.families[name] = family
            return series
        }
    }

    private func forget(_ handler: AnyObject) {
        guard let series = handler as? any MetricSeries else { return }
        state.withLock { state in
            guard let kept = state.families[series.key.family]?.series[series.key.labels], kept === series else {
                return
            }
            state.families[series.key.family]?.series[series.key.labels] = nil
            guard state.families[series.key.family]?.series.isEmpty == true else { return }
            if !declared.contains(series.key.family) { state.families[series.key.family] = nil }
        }
    }

    private func add(_ sample: GaugeSample, to families: inout [String: MetricFamily]) {
        var name = namespaced(MetricName.metric(sample.name))
        while let family = families[name], family.kind != .gauge { name += "_" + MetricFamily.Kind.gauge.rawValue }
        var family = families[name] ?? MetricFamily(name: name, kind: .gauge, help: sample.name)
        let labels = LabelSet(sample.labels)
        let gauge = PrometheusGauge(SeriesKey(family: name, labels: labels))
        gauge.set(sample.value)
        family.series[labels] = gauge
        families[name] = family
    }

    private func namespaced(_ name: String) -> String { name.hasPrefix(namespace) ? name : namespace + name }
}
