import CoreMetrics
import Synchronization

/// A distribution over fixed bounds: a timer's, in seconds, or a recorder's.
final class PrometheusHistogram: TimerHandler, RecorderHandler, MetricSeries {
    let key: SeriesKey
    private let bounds: HistogramBounds
    private let counts: Mutex<Counts>

    private struct Counts: Sendable {
        /// How many values fell into each bucket, the one above the last bound included; not cumulated.
        var buckets: [UInt64]
        var sum: Double = 0
    }

    init(_ key: SeriesKey, bounds: HistogramBounds) {
        self.key = key
        self.bounds = bounds
        self.counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.upper.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // NaN has no bucket and would make the sum NaN from then on.
        guard !value.isNaN else { return }
        let bucket = bounds.bucket(of: value)
        counts.withLock { counts in
            counts.buckets[bucket] &+= 1
            counts.sum += value
        }
    }

    func write(into text: inout String) {
        let (buckets, sum) = counts.withLock { ($0.buckets, $0.sum) }
        var count: UInt64 = 0
        for (bound, inBucket) in zip(bounds.texts, buckets) {
            count &+= inBucket
            text += "\(key.family)_bucket\(key.labels.braced(adding: "le=\"\(bound)\"")) \(count)\n"
        }
        let labels = key.labels.braced()
        text += "\(key.family)_sum\(labels) \(Exposition.number(sum))\n\(key.family)_count\(labels) \(count)\n"
    }
}
