import MultibrandServer
import PrometheusText

/// The metrics and labels that a query names, held against those of the service.
enum QueryNames {
    private static let declared = Dictionary(
        uniqueKeysWithValues: ServiceMetrics.declarations.map { ($0.name, $0) })

    /// Labels that Prometheus or its service discovery adds.
    private static let added: Set<String> = ["job", "instance", "pod", "le"]

    /// Every metric that a text names, without the endings of a histogram's series.
    static func metrics(in text: String) -> Set<String> {
        Set(text.matches(of: /\bmultibrand_[a-z0-9_]+/).map { base(String($0.output)) })
    }

    /// What is wrong with a text that holds queries: metrics the service does not have, labels a metric does not have,
    /// and values that a counter's label never takes.
    static func problems(in text: String) -> [String] {
        var problems = metrics(in: text).filter { declared[$0] == nil }.sorted().map { "there is no metric \($0)" }
        for match in text.matches(of: /\b(multibrand_[a-z0-9_]+)\{([^}]*)\}/) {
            guard let metric = declared[base(String(match.1))] else { continue }
            for matcher in match.2.matches(of: /([a-z_]+)(=~|!~|!=|=)"([^"]*)"/) {
                problems += problem(metric, label: String(matcher.1), matcher: matcher.2, value: String(matcher.3))
            }
        }
        let labels = Set(ServiceMetrics.declarations.flatMap(\.labels)).union(added)
        for match in text.matches(of: /\b(?:by|without|ignoring|on) \(([a-z_, ]*)\)/) {
            let named = match.1.split(separator: ",").map { $0.filter { $0 != " " } }
            problems += named.filter { !labels.contains($0) }.map { "no metric has the label \($0)" }
        }
        return problems
    }

    private static func problem(
        _ metric: MetricDeclaration, label: String, matcher: Substring, value: String
    ) -> [String] {
        guard !added.contains(label) else { return [] }
        guard let place = metric.labels.firstIndex(of: label) else { return ["\(metric.name) has no label \(label)"] }
        let known = Set(metric.zeros.map { $0[place] })
        guard matcher == "=", metric.labels.count == 1, !known.isEmpty, !known.contains(value) else { return [] }
        return ["\(metric.name) never has \(label)=\(value)"]
    }

    private static func base(_ name: String) -> String {
        for ending in ["_bucket", "_sum", "_count"] where name.hasSuffix(ending) && declared[name] == nil {
            return String(name.dropLast(ending.count))
        }
        return name
    }
}
