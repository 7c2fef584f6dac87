import Foundation
import Testing

@Suite("The dashboard for Grafana")
struct DashboardTests {
    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable {
                let expr: String
                let legendFormat: String
            }
            let title: String
            let type: String
            let description: String?
            let datasource: [String: String]?
            let targets: [Target]?
        }
        let title: String
        let panels: [Panel]
    }

    private static func dashboard() throws -> Dashboard {
        try JSONDecoder().decode(
            Dashboard.self, from: Data(MonitoringFiles.text("monitoring/grafana-dashboard.json").utf8))
    }

    @Test("has a row for each part, panels that say what they show, and the data source as a variable")
    func panels() throws {
        let dashboard = try Self.dashboard()
        #expect(
            dashboard.panels.filter { $0.type == "row" }.map(\.title) == [
                "Overview", "Spends", "Issuance", "Preferences and webhooks", "Wallet", "Database and process",
            ])
        for panel in dashboard.panels where panel.type != "row" {
            #expect(panel.datasource?["uid"] == "${datasource}", "\(panel.title)")
            #expect(panel.description?.hasSuffix(".") == true, "\(panel.title)")
            #expect(panel.targets?.isEmpty == false, "\(panel.title)")
        }
    }

    @Test("queries only metrics, labels and values that the service has")
    func names() throws {
        var metrics: Set<String> = []
        for panel in try Self.dashboard().panels {
            for target in panel.targets ?? [] {
                metrics.formUnion(QueryNames.metrics(in: target.expr))
                #expect(QueryNames.problems(in: target.expr) == [], "\(panel.title)")
            }
        }
        #expect(metrics.count > 60)
    }

    @Test("has queries that Prometheus understands, on the chosen job only")
    func queries() throws {
        let queries = try Self.dashboard().panels.flatMap { ($0.targets ?? []).map(\.expr) }
        #expect(queries.allSatisfy { $0.contains(#"job=~"$job""#) })
        let rules = queries.enumerated().map { number, query in
            let query = query.replacing("$__rate_interval", with: "5m").replacing("$job", with: ".+")
            return "      - record: multibrand:panel\(number)\n        expr: |-\n          \(query)\n"
        }
        try MonitoringFiles.withDirectory { directory in
            let file = directory.appendingPathComponent("panels.yml")
            try ("groups:\n  - name: panels\n    rules:\n" + rules.joined())
                .write(to: file, atomically: true, encoding: .utf8)
            let end = try Tool.promtool().run("check", "rules", file.path)
            #expect(end.status == 0 && end.output.contains("\(queries.count) rules found"), "\(end.output)")
        }
    }
}
