import Foundation
import MultibrandServer
import PrometheusText
import Testing

@Suite("docs/operations.md")
struct MetricPageTests {
    @Test("describes the metrics that there are, with their labels, no more and no less")
    func metrics() throws {
        let page = try MonitoringFiles.text("docs/operations.md")
        let parts = page.components(separatedBy: "All metrics:")
        let table = try #require(parts.last?.components(separatedBy: "\n\n").dropFirst().first)
        var labels: [String: [String]] = [:]
        for row in table.split(separator: "\n").dropFirst(2) {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            for match in cells[1].matches(of: /`(multibrand_\w+)`/) {
                labels[String(match.1)] = cells[2].matches(of: /`(\w+)`/).map { String($0.1) }.sorted()
            }
        }
        for metric in ServiceMetrics.declarations {
            #expect(labels[metric.name] == metric.labels.sorted(), "\(metric.name)")
        }
        let known = Set(ServiceMetrics.declarations.map(\.name))
        #expect(Set(labels.keys).subtracting(known) == [])
    }

    @Test("names only metrics that there are")
    func names() throws {
        for page in ["operations", "issuance", "webhooks", "cosmo", "spending", "wallet", "runbooks"] {
            let text = try MonitoringFiles.text("docs/\(page).md")
            let known = Set(ServiceMetrics.declarations.map(\.name))
            for name in QueryNames.metrics(in: text) { #expect(known.contains(name), "docs/\(page).md: \(name)") }
        }
    }
}
