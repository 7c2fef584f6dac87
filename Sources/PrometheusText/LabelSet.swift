/// The labels of a series, rendered once.
struct LabelSet: Sendable, Hashable {
    /// The labels as written between the braces, in the order of their names; empty for none.
    let text: String

    /// What a family's further label sets are counted under once it has too many.
    static let overflow = LabelSet([("overflow", "true")])

    /// Makes a set from names and values; of a repeated name the last one counts, and a reserved name is prefixed.
    init(_ labels: some Sequence<(String, String)>, reserved: String? = nil) {
        var values: [String: String] = [:]
        for (name, value) in labels {
            let name = MetricName.label(name)
            values[name == reserved ? "exported_" + name : name] = value
        }
        self.init(values)
    }

    init(_ labels: [String: String]) {
        text = labels.map { (MetricName.label($0.key), $0.value) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(Exposition.escapedLabelValue($0.1))\"" }
            .joined(separator: ",")
    }

    /// The set in braces, with one more label behind it if given; nothing at all when there is none.
    func braced(adding last: String? = nil) -> String {
        let parts = [text, last ?? ""].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
    }
}
