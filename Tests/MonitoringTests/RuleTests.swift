import Foundation
import Testing

@Suite("The rules for Prometheus")
struct RuleTests {
    private static let rules = "monitoring/prometheus-rules.yml"
    private static let tests = ["monitoring/prometheus-rules-test.yml", "monitoring/prometheus-rules-days-test.yml"]

    @Test("are understood by Prometheus' own checker")
    func check() throws {
        let end = try Tool.promtool().run("check", "rules", MonitoringFiles.path(Self.rules))
        #expect(end.status == 0, "\(end.output)")
    }

    @Test("pass the test files: each alert fires in one case and not in another", arguments: tests)
    func unitTests(file: String) throws {
        let end = try Tool.promtool().run("test", "rules", MonitoringFiles.path(file))
        #expect(end.status == 0, "\(end.output)")
    }

    @Test("fail a test file when an alert no longer fires")
    func testsCanFail() throws {
        let rules = try MonitoringFiles.text(Self.rules)
        let changed = rules.replacing("multibrand:spends:rate1h > 3 *", with: "multibrand:spends:rate1h > 300 *")
        #expect(changed != rules)
        try MonitoringFiles.withDirectory { directory in
            let tests = directory.appendingPathComponent("prometheus-rules-test.yml")
            try MonitoringFiles.text(Self.tests[1]).write(to: tests, atomically: true, encoding: .utf8)
            try changed.write(
                to: directory.appendingPathComponent("prometheus-rules.yml"), atomically: true, encoding: .utf8)
            let end = try Tool.promtool().run("test", "rules", tests.path)
            #expect(end.status != 0 && end.output.contains("MultibrandTrafficHigh"), "\(end.output)")
        }
    }

    @Test("name only metrics, labels and values that the service has")
    func metrics() throws {
        let text = try MonitoringFiles.text(Self.rules)
        #expect(QueryNames.metrics(in: text).count > 30)
        #expect(QueryNames.problems(in: text) == [])
        let recorded = Set(text.matches(of: /- record: (\S+)/).map { String($0.1) })
        for match in text.matches(of: /\bmultibrand:[a-z0-9_:]+/) {
            #expect(recorded.contains(String(match.output)), "nothing records \(match.output)")
        }
    }

    @Test("are checked against names by a check that finds wrong ones")
    func namesCanBeWrong() {
        let problems = QueryNames.problems(
            in: """
                sum by (nobody) (multibrand_no_such_total) + multibrand_inbox{colour="red"}
                + multibrand_cosmo_tokens_total{result="lost"} + multibrand_spend_batch_seconds_bucket{le="1"}
                """)
        #expect(
            problems.sorted() == [
                "multibrand_cosmo_tokens_total never has result=lost", "multibrand_inbox has no label colour",
                "no metric has the label nobody", "there is no metric multibrand_no_such_total",
            ])
    }

    @Test("have for each alert a severity, words, a section of the runbooks, and a case of either kind")
    func alerts() throws {
        let text = try MonitoringFiles.text(Self.rules)
        let tests = try Self.tests.map(MonitoringFiles.text).joined()
        let runbooks = try MonitoringFiles.text("docs/runbooks.md")
        let anchors = Set(runbooks.matches(of: /(?m)^### (\S+)$/).map { $0.1.lowercased() })
        let alerts = text.components(separatedBy: "- alert: ").dropFirst()
        #expect(alerts.count > 40)
        for alert in alerts {
            let name = alert.prefix { !$0.isWhitespace }
            #expect(name.hasPrefix("Multibrand"))
            #expect(alert.contains(/severity: (critical|warning)\n/), "\(name)")
            for words in ["summary: ", "description: "] { #expect(alert.contains(words), "\(name) has no \(words)") }
            #expect(alert.contains("runbook_url: docs/runbooks.md#\(name.lowercased())\n"), "\(name)")
            #expect(anchors.contains(name.lowercased()), "docs/runbooks.md has no section \(name)")
            for words in ["fires", "does not fire"] {
                #expect(tests.contains("- name: \(name) \(words)\n"), "there is no case: \(name) \(words)")
            }
        }
        #expect(anchors.count == alerts.count, "docs/runbooks.md has a section that is of no alert")
    }

    @Test("and the runbooks have the same parts in each section, and links that lead somewhere")
    func runbooks() throws {
        let text = try MonitoringFiles.text("docs/runbooks.md")
        for section in text.components(separatedBy: "\n### ").dropFirst() {
            for part in ["**Meaning.**", "**Users.**", "**See more.**\n\n    ", "**Do.**", "**Escalate"] {
                #expect(section.contains(part), "\(section.prefix(40)) lacks \(part)")
            }
        }
        for match in text.matches(of: /\]\(([a-z.]*)#([a-z-]+)\)/) {
            let page = match.1.isEmpty ? text : try MonitoringFiles.text("docs/\(match.1)")
            let anchors = page.matches(of: /(?m)^#+ (.+)$/).map {
                $0.1.lowercased().replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || $0 == "-" }
            }
            #expect(anchors.contains(String(match.2)), "\(match.output) leads nowhere")
        }
    }
}
