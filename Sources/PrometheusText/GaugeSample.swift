/// One gauge as a collector reads it at a scrape.
package struct GaugeSample: Sendable, Hashable {
    /// The metric's name; characters that Prometheus does not know become underscores.
    package let name: String
    /// The labels, of low cardinality and without personal data.
    package let labels: [String: String]
    /// The value at this moment.
    package let value: Double
    /// The HELP line, or nil for the one the registry knows.
    package let help: String?

    /// Makes a sample.
    package init(_ name: String, labels: [String: String] = [:], value: Double, help: String? = nil) {
        self.name = name
        self.labels = labels
        self.value = value
        self.help = help
    }

    /// Makes a sample of a count.
    package init(_ name: String, labels: [String: String] = [:], value: some BinaryInteger, help: String? = nil) {
        self.init(name, labels: labels, value: Double(value), help: help)
    }
}
