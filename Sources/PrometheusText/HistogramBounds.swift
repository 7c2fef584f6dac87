/// The upper bounds of a histogram's buckets, each included in its bucket.
struct HistogramBounds: Sendable {
    /// The bounds, ascending and finite.
    let upper: [Double]
    /// The bounds as the `le` label has them, `+Inf` last.
    let texts: [String]

    init(_ upper: [Double]) {
        self.upper = upper
        self.texts = upper.map(Exposition.number) + ["+Inf"]
    }

    /// From a tenth of a millisecond to a minute: what a call, a commit or a request to Cosmo may take.
    static let seconds = HistogramBounds([
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ])

    /// From one to ten million: batch sizes, bytes.
    static let sizes = HistogramBounds([
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000, 10_000_000,
    ])

    /// The place of the first bound that is not below the value; one past the last when there is none.
    func bucket(of value: Double) -> Int {
        var low = 0
        var high = upper.count
        while low < high {
            let middle = (low + high) / 2
            if upper[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
