import CosmoSandbox
import Foundation
import MultibrandAPI
import MultibrandServer
import PrometheusText
import RPC
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Monitoring")
    struct MonitoringTests {
        /// What an unknown outcome waits for before it is read: longer than the test.
        private static let settings = [
            Settings.Issuance.planDelay.key: "10ms", Settings.Issuance.settleDelay.key: "1h",
        ]

        @Test("shows trouble of every kind in the metrics, with its money and its age, and in `multibrand status`")
        func trouble() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    let calm = try await Metrics.read(stack)
                    calm.checkFamilies()
                    #expect(calm[#"issuance_sends_total{outcome="refused"}"#] == 0, "an alert sees the first refusal")
                    try await Self.park(stack, client)
                    try await Self.hold(stack, client)
                    try await Self.refuse(stack, client)
                    try await Self.loseAnAnswer(stack, client)
                    try await Self.refuseDestinations(stack, client)
                    #expect(try await stack.deliver(SignedDelivery("{}", secret: "wrong")).status == 401)
                    let yesterday = Date.now.addingTimeInterval(-86_400).ISO8601Format().prefix(10)
                    let _: Multibrand_V1_Reconciliation = try await client.call(
                        "IssuanceService/ReconcileDay",
                        Multibrand_V1_ReconcileDayRequest.with { $0.day = String(yesterday) })

                    let metrics = try await Metrics.read(stack)
                    metrics.checkFamilies()
                    metrics.checkLabels()
                    Self.check(metrics)
                    try await Self.status(stack)
                    try await Self.outage(stack, client)
                    try await Self.watch(stack)
                }
            }
        }

        // MARK: Troubles

        /// A program without a configuration parks its legs.
        private static func park(_ stack: Stack, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_ListProgramsResponse = try await client.call(
                "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
            try await stack.link("parking", ["prg_fuel": ["destinationUserId": "F-1"]], client)
            _ = try await client.record(spend("parked", "parking", 1_00))
            try await stack.configurePrograms(client)
        }

        /// A card without links holds its money, and a refund without its purchase waits.
        private static func hold(_ stack: Stack, _ client: ServiceClient) async throws {
            _ = try await stack.register("bare", client)
            _ = try await client.record(spend("held", "bare", 20_00))
            let refund: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = "early"
                    $0.spendID = "not yet"
                    $0.cardID = "bare"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 1_00
                })
            #expect(refund.refund.status == .waiting)
        }

        /// An account that Cosmo accepts and then does not issue to.
        private static func refuse(_ stack: Stack, _ client: ServiceClient) async throws {
            try await stack.link("refused", ["prg_sky": ["destinationUserId": "SIM-VALUE-LIMIT"]], client)
            _ = try await client.record(spend("refused", "refused", 100_00))
            try await eventually("the issuance is parked") {
                try await client.overview().issuancesByStatus["parked"] == 1
            }
        }

        /// Cosmo makes the transaction, and its answer is an error.
        private static func loseAnAnswer(_ stack: Stack, _ client: ServiceClient) async throws {
            try await stack.link("unsure", ["prg_sky": ["destinationUserId": "M-1"]], client)
            stack.sandbox.setWebhook(.transaction, nil)
            stack.sandbox.setFaults([SandboxFault(.error500After)])
            _ = try await client.record(spend("unsure", "unsure", 100_00))
            try await eventually("the outcome is unknown") {
                try await client.overview().issuancesByStatus["unknown"] == 1
            }
        }

        private static func refuseDestinations(_ stack: Stack, _ client: ServiceClient) async throws {
            let answer: Multibrand_V1_ValidateMemberResponse = try await client.call(
                "PreferenceService/ValidateMember",
                Multibrand_V1_ValidateMemberRequest.with {
                    $0.programID = "prg_sky"
                    $0.destinationAccount.userID = "SIM-INVALID-MEMBER"
                })
            #expect(!answer.isValid)
            let missing = try await Refusal.of {
                try await client.call(
                    "PreferenceService/LinkProgram",
                    Multibrand_V1_LinkProgramRequest.with {
                        $0.cardID = "bare"
                        $0.programID = "prg_rail"
                        $0.requestID = "link"
                        $0.destinationAccount.userID = "R-1"
                    }, answering: Multibrand_V1_Preferences.self)
            }
            #expect(missing?.reason == "MISSING_ACCOUNT_FIELD")
        }

        // MARK: What is seen

        private static func check(_ metrics: Metrics) {
            let expected: [(String, Double)] = [
                (#"legs_parked{currency="USD",program_id="prg_fuel"}"#, 1),
                (#"legs_parked_minor{currency="USD",program_id="prg_fuel"}"#, 100),
                (#"held_minor{currency="USD"}"#, 2000), (#"refunds{status="waiting"}"#, 1),
                (#"issuances{status="parked"}"#, 1), (#"issuances{status="unknown"}"#, 1),
                (#"parked_micro{program_id="prg_sky",unit="points"}"#, 150_000_000),
                (#"unknown_micro{program_id="prg_sky",unit="points"}"#, 150_000_000),
                (#"issuance_sends_total{outcome="refused"}"#, 1), (#"issuance_sends_total{outcome="unknown"}"#, 1),
                (#"program_failures_total{program_id="prg_sky"}"#, 2),
                (
                    #"destination_refusals_total{field="destinationUserId",reason="COSMO_INVALID_REQUEST"}"#, 1
                ),
                (#"destination_refusals_total{field="destinationUserId",reason="NOT_A_MEMBER"}"#, 1),
                (#"destination_refusals_total{field="destinationUserEmail",reason="MISSING_ACCOUNT_FIELD"}"#, 1),
                (
                    #"webhook_deliveries_total{kind="program-connection",mode="signature","#
                        + #"result="WEBHOOK_SIGNATURE_MISMATCH"}"#, 1
                ),
                (#"cosmo_calls_total{call="issuance",outcome="COSMO_SERVER_ERROR"}"#, 1),
                ("reconciliation_last_findings", 0), ("reconciliation_failed", 0), ("database_answers", 1),
                ("cosmo_outage_seconds", 0), (#"build_info{version="\#(MultibrandService.version)"}"#, 1),
            ]
            for (series, value) in expected { #expect(metrics[series] == value, "\(series)") }
            #expect(metrics[#"cosmo_tokens_total{result="renewed"}"#] ?? 0 >= 1)
            #expect(metrics["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            let ages = [
                #"legs_parked_oldest_seconds{currency="USD",program_id="prg_fuel"}"#,
                #"held_oldest_seconds{currency="USD"}"#, #"refunds_oldest_seconds{status="waiting"}"#,
                #"issuances_oldest_seconds{status="unknown"}"#, #"issuances_oldest_seconds{status="parked"}"#,
                "reconciliation_age_seconds", "inbox_oldest_seconds",
            ]
            for series in ages { #expect((0..<3600).contains(metrics[series] ?? -1), "\(series)") }
        }

        private static func status(_ stack: Stack) async throws {
            let page = try await stack.command("status")
            for line in [
                /WARN  legs parked +1\.00 USD of prg_fuel in 1 leg, oldest .+  admin programs retry-parked prg_fuel\n/,
                /OK    money held +20\.00 USD in 1 spend, oldest .+\n/,
                /WARN  issuances parked +1, oldest .+, 150 points of prg_sky +admin issuances list --status parked\n/,
                /OK    issuances unknown +1, oldest .+, 150 points of prg_sky\n/, /OK    Cosmo +can be used\n/,
                /OK    database +answers; schema \d+\n/, /OK    last recovery +none\n/,
            ] {
                #expect(page.contains(line), "the page lacks a line: \(page)")
            }
            #expect(!page.contains("\u{1B}"), "there is no colour in a file")
            let json = try JSONSerialization.jsonObject(
                with: Data(try await stack.command("status", "--json").utf8))
            let object = try #require(json as? [String: Any])
            #expect(object["level"] as? String == "WARN")
            #expect((object["checks"] as? [[String: Any]])?.count ?? 0 > 20)
            #expect((object["overview"] as? [String: Any])?["legs_parked"] as? String == "1")
            #expect(try await stack.command("status", exit: 9, key: "mbk_nobody").contains("UNAUTHENTICATED"))
        }

        /// An outage of Cosmo is on the page and in the metrics while it lasts, and logged once with its end.
        private static func outage(_ stack: Stack, _ client: ServiceClient) async throws {
            func preview() async throws {
                _ = try? await client.call(
                    "PreferenceService/ValidateMember",
                    Multibrand_V1_ValidateMemberRequest.with {
                        $0.programID = "prg_sky"
                        $0.destinationAccount.userID = "M-1"
                    }, answering: Multibrand_V1_ValidateMemberResponse.self)
            }
            let quiet = stack.service.log.components(separatedBy: "Cosmo cannot be used").count
            stack.sandbox.setFaults([SandboxFault(.error500Before, calls: [.validate], count: nil)])
            for _ in 0..<3 { try await preview() }
            #expect(try await Metrics.read(stack)["cosmo_failing"] == 1)
            let page = try await stack.command("status")
            #expect(page.contains(/WARN  Cosmo +fails since .+: COSMO_SERVER_ERROR +doctor\n/), "\(page)")
            stack.sandbox.setFaults([])
            try await preview()
            #expect(try await Metrics.read(stack)["cosmo_failing"] == 0)
            let log = stack.service.log
            #expect(log.components(separatedBy: "Cosmo cannot be used").count == quiet + 1)
            #expect(log.contains("Cosmo answers again"))
        }

        /// The page is refreshed, says when the service is away, and returns with it.
        private static func watch(_ stack: Stack) async throws {
            let watching = ChildProgram(
                [try ProjectFiles.executable(), "status", "--watch", "--every", "1"],
                environment: ["MULTIBRAND_ADDRESS": stack.service.rpc, "MULTIBRAND_KEY": Stack.operatorKey],
                in: stack.directory, logPath: stack.directory + "/watch.log")
            func pages() -> Int { watching.log.components(separatedBy: "need attention").count - 1 }
            try await eventually("the page is refreshed", seen: { watching.log }) { pages() >= 2 }
            try await stack.service.kill()
            try await eventually("the page says that the service is away", seen: { watching.log }) {
                watching.log.contains("multibrand at \(stack.service.rpc): DOWN: ")
            }
            let before = pages()
            try await stack.service.start()
            try await eventually("the page returns", seen: { watching.log }) { pages() > before }
            watching.send(SIGINT)
            #expect(try await watching.ended() == .signal(SIGINT))
        }

        private static func spend(_ id: String, _ cardID: String, _ minor: Int64) -> Multibrand_V1_Spend {
            .with {
                $0.spendID = id
                $0.cardID = cardID
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = minor
            }
        }
    }
}

/// What `/metrics` says at one moment.
private struct Metrics {
    private let text: String
    private let values: [String: Double]

    static func read(_ stack: Stack) async throws -> Metrics {
        let text = try await stack.page("/metrics").body
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return Metrics(text: text, values: values)
    }

    /// The value of a series, named without the service's prefix.
    subscript(series: String) -> Double? { values["multibrand_" + series] }

    /// The page lists the declared metrics and no others, and what the rules and the dashboard ask for is among them.
    func checkFamilies() {
        let families = Set(text.matches(of: /(?m)^# TYPE (\S+)/).map { String($0.1) })
        #expect(families == Set(ServiceMetrics.declarations.map(\.name)))
        for file in ["prometheus-rules.yml", "grafana-dashboard.json"] {
            let path = ProjectFiles.root + "/monitoring/" + file
            let asked = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let names = asked.matches(of: /\bmultibrand_[a-z0-9_]+/).map { String($0.output) }
            #expect(names.count > 40)
            for name in names {
                let isThere = ["", "_bucket", "_sum", "_count"].contains { ending in
                    name.hasSuffix(ending) && families.contains(String(name.dropLast(ending.count)))
                }
                #expect(isThere, "\(file) asks for \(name), which the service does not have")
            }
        }
    }

    /// Every series has the labels that are declared.
    func checkLabels() {
        let declared = Dictionary(uniqueKeysWithValues: ServiceMetrics.declarations.map { ($0.name, $0) })
        for series in values.keys {
            let name = series.prefix { $0 != "{" }
            let labels = Set(series.matches(of: /[{,]([a-z_]+)="/).map { String($0.1) })
            let base = ["_bucket", "_sum", "_count", ""].compactMap { ending in
                name.hasSuffix(ending) ? declared[String(name.dropLast(ending.count))] : nil
            }
            #expect(base.contains { labels.subtracting(["le"]) == Set($0.labels) }, "\(series)")
        }
    }
}
