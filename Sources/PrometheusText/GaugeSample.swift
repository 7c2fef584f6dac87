/// One gauge as a collector reads it at a scrape.
package struct GaugeSample: Sendable, Hashable {
    /// The metric's name; characters that Prometheus does not know become underscores.
    package let name: String
    /// The labels, of low cardinality and without personal data.
    package let labels: [String: String]
    /// The value at this moment.
    package let value: Double

    /// Makes a sample.
    package init(_ name: String, labels: [String: String] = [:], value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }

    /// Makes a sample of a count.
    package init(_ name: String, labels: [String: String] = [:], value: some BinaryInteger) {
        self.init(name, labels: labels, value: Double(value))
    }
}
