/// All series of one name, with the type they share.
struct MetricFamily: Sendable {
    /// What a family measures, which decides its type and its name's ending.
    enum Kind: String, Sendable {
        case counter
        case floatingPointCounter = "fraction"
        case gauge
        /// A timer's histogram.
        case seconds
        /// A recorder's histogram.
        case sizes

        /// The word of the TYPE line.
        var type: String {
            switch self {
            case .counter, .floatingPointCounter: "counter"
            case .gauge: "gauge"
            case .seconds, .sizes: "histogram"
            }
        }

        /// The label that the type itself writes.
        var reservedLabel: String? {
            switch self {
            case .counter, .floatingPointCounter, .gauge: nil
            case .seconds, .sizes: "le"
            }
        }

        /// The name with the ending that Prometheus' naming practice gives to the type.
        func name(for base: String) -> String {
            let ending =
                switch self {
                case .counter, .floatingPointCounter: "_total"
                case .seconds: "_seconds"
                case .gauge, .sizes: ""
                }
            return base.hasSuffix(ending) ? base : base + ending
        }
    }

    let name: String
    let kind: Kind
    let help: String
    var series: [LabelSet: any MetricSeries] = [:]

    init(name: String, kind: Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// Writes the HELP and TYPE lines and every series in the order of its labels.
    func write(into text: inout String) {
        text += "# HELP \(name) \(Exposition.escapedHelp(help))\n# TYPE \(name) \(kind.type)\n"
        for labels in series.keys.sorted(by: { $0.text < $1.text }) {
            series[labels]?.write(into: &text)
        }
    }
}
