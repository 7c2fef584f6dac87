/// One metric that the text lists from the start, whether something was counted yet or not.
///
/// A counter that appears with its first event hides that event: Prometheus sees no increase in a series without a
/// value before. So each declared label set of a counter begins at zero.
package struct MetricDeclaration: Sendable, Hashable {
    /// What the metric measures.
    package enum Kind: Sendable, Hashable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// A histogram of seconds.
        case seconds
        /// A histogram of sizes.
        case sizes
    }

    /// The name as the text has it, with namespace and ending.
    package let name: String
    /// What the metric measures.
    package let kind: Kind
    /// The HELP line.
    package let help: String
    /// The names of its labels.
    package let labels: [String]
    /// The label sets of a counter that begin at zero: a value for each of `labels`, in their order.
    package let zeros: [[String]]

    /// Makes a declaration.
    package init(_ kind: Kind, _ name: String, labels: [String] = [], zeros: [[String]] = [], help: String) {
        self.kind = kind
        self.name = name
        self.labels = labels
        self.zeros = zeros
        self.help = help
    }

    /// The family with a series at zero for each of ``zeros``.
    var family: MetricFamily {
        var family = MetricFamily(name: name, kind: kind.ofFamily, help: help)
        guard kind == .counter else { return family }
        for values in zeros {
            let key = SeriesKey(family: name, labels: LabelSet(zip(labels, values).map { ($0, $1) }))
            family.series[key.labels] = PrometheusCounter(key)
        }
        return family
    }
}

extension MetricDeclaration.Kind {
    fileprivate var ofFamily: MetricFamily.Kind {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .seconds: .seconds
        case .sizes: .sizes
        }
    }
}
