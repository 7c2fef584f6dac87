import Foundation
import OutgoingHTTP
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("The sandbox")
struct SandboxStateTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("cosmo-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    @Test("a restart keeps transactions, balances, references and pending webhooks")
    func restart() async throws {
        try await withDirectory { directory in
            let configuration = CosmoSandboxConfiguration(directory: directory)
            try await SandboxSession.run(configuration) { session in
                for number in 0..<20 {
                    _ = try await session.client.issue(
                        SandboxSession.request("ref-\(number)", userID: "M-\(number % 3)"))
                }
            }
            let before = try SandboxCore(configuration: configuration).state.withLock { $0.books.allBalances() }
            #expect(before.map(\.points).reduce(0, +) == 40_000 && before.count == 3)
            try await SandboxSession.run(configuration) { session in
                #expect(session.sandbox.balances() == before)
                #expect(session.sandbox.deliveries(.pending).count == 20)
                let read = try await session.client.transaction("ref-7")
                #expect(read?.wholeValue == 25)
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("ref-7"))
                }
                #expect(error?.kind == .duplicateReference)
            }
        }
    }

    @Test("a journal torn at any byte of its last line opens with every whole line, and goes on")
    func tornJournal() async throws {
        try await withDirectory { directory in
            var configuration = CosmoSandboxConfiguration(directory: directory)
            configuration.switches.sendsTransactionWebhooks = false
            let path = "\(directory)/journal.jsonl"
            /// Opens the journal, issuances under the references and returns all references in the books.
            func open(issuing references: String...) async throws -> [String] {
                let core = try SandboxCore(configuration: configuration)
                defer { core.release() }
                for reference in references { _ = try await core.issue(try request(reference)) }
                return core.state.withLock { $0.books.transactions.map(\.referenceNumber) }
            }
            #expect(try await open(issuing: "a", "b") == ["a", "b"])
            let whole = Array(try #require(FileManager.default.contents(atPath: path)))
            let firstEnd = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
            for length in firstEnd..<whole.count {
                try Data(whole[..<length]).write(to: URL(fileURLWithPath: path))
                #expect(try await open(issuing: "c") == ["a", "c"])
                #expect(try await open() == ["a", "c"])
            }
            try Data("{broken}\n".utf8 + whole).write(to: URL(fileURLWithPath: path))
            await #expect(throws: SandboxInputError.self) { try await open() }
        }
    }

    @Test("one journal serves one sandbox at a time")
    func journalLock() async throws {
        try await withDirectory { directory in
            let configuration = CosmoSandboxConfiguration(directory: directory)
            let first = try SandboxCore(configuration: configuration)
            #expect(throws: SandboxInputError.self) { try SandboxCore(configuration: configuration) }
            withExtendedLifetime(first) {}
        }
    }

    @Test("a graceful shutdown ends an idle connection and an answer that would never come")
    func gracefulShutdown() async throws {
        let sandbox = try CosmoSandbox(configuration: CosmoSandboxConfiguration(), logger: SandboxSession.quietLogger())
        let group = ServiceGroup(services: [sandbox], logger: SandboxSession.quietLogger())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let configuration = SandboxSession.configuration(try await sandbox.baseURL)
            let client = try CosmoClient(configuration: configuration, logger: SandboxSession.quietLogger())
            _ = try await client.programs()
            sandbox.setFaults([SandboxFault(.timeoutAfter)])
            tasks.addTask {
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await client.issue(SandboxSession.request("ref-1"))
                }
                #expect(error?.kind == .unknown)
            }
            try await eventually("the issuance call is held") { sandbox.transactions().count == 1 }
            let began = ContinuousClock().now
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            #expect(ContinuousClock().now - began < .seconds(10))
            await client.shutdown()
        }
    }

    private func request(_ reference: String) throws -> IssuanceRequest {
        try IssuanceRequest(
            WireValue.parse(
                Array(
                    (#"{"programId":"prg_sky","value":25,"referenceNumber":"\#(reference)","#
                        + #""destinationAccount":{"destinationUserId":"M-1"}}"#).utf8)))
    }

    @Test("the data file is read again on request, and a broken one changes nothing")
    func reload() async throws {
        try await withDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = "\(directory)/cosmo.json"
            try Data(SandboxDataFile.demo.text().utf8).write(to: URL(fileURLWithPath: path))
            var configuration = CosmoSandboxConfiguration()
            configuration.dataFilePath = path
            try await SandboxSession.run(configuration) { session in
                let before = try await session.client.programs()
                #expect(before.count == 6)
                var data = SandboxDataFile.demo
                data.programs = Array(data.programs.prefix(1))
                data.errors.append(.init(destinationUserId: "REAL-ID-1", onValidate: .none, onIssuance: .noPartnership))
                try Data(data.text().utf8).write(to: URL(fileURLWithPath: path))
                try session.sandbox.reload()
                let after = try await session.client.programs()
                #expect(after.map(\.id) == ["prg_sky"])
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("r", userID: "REAL-ID-1"))
                }
                #expect(error?.reason == .noPartnership)
                try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
                #expect(throws: SandboxInputError.self) { try session.sandbox.reload() }
                let still = try await session.client.programs()
                #expect(still.count == 1)
            }
        }
    }

    @Test("the printed profile names every switch and marks the changed ones")
    func profile() throws {
        var switches = SandboxSwitches()
        #expect(!switches.table().contains("(changed"))
        switches = try switches.changed(by: ["duplicateReference": .string("replay"), "campaignPercent": .integer(10)])
        #expect(switches.rows().filter(\.isChanged).map(\.name) == ["campaignPercent", "duplicateReference"])
        #expect(switches.rows().count == Mirror(reflecting: switches).children.count)
        #expect(throws: SandboxInputError.self) { try switches.changed(by: ["nonsense": .bool(true)]) }
        #expect(throws: SandboxInputError.self) { try switches.changed(by: ["valueUnit": .string("pounds")]) }
    }

    @Test("a fault by chance strikes the same calls for the same seed")
    func faultsBySeed() {
        func strikes(_ seed: UInt64) -> [Bool] {
            var schedule = FaultSchedule([SandboxFault(.cutAfter, count: nil, probabilityPerMille: 300, seed: seed)])
            return (0..<200).map { _ in schedule.strike(.issuance) != nil }
        }
        #expect(strikes(7) == strikes(7) && strikes(7) != strikes(8))
        #expect((30..<90).contains(strikes(7).count { $0 }))
    }

    private func call(
        _ session: SandboxSession, _ method: String, _ path: String, _ json: String = ""
    ) async throws -> (Int, WireValue?) {
        var request = HTTPCall(url: session.baseURL + path)
        request.method = HTTPCall.Method(rawValue: method)
        if !json.isEmpty { request.body = Array(json.utf8) }
        let response = try await HTTPClient.shared.send(request, within: .seconds(300))
        return (response.status, WireValue.parse(response.body))
    }

    @Test("the control interface changes switches, injects faults, shows state and refuses nonsense")
    func control() async throws {
        try await SandboxSession.run { session in
            let (changed, _) = try await call(session, "PATCH", "/sandbox/switches", #"{"campaignPercent":10}"#)
            #expect(changed == 200)
            let first = try await session.client.issue(SandboxSession.request("r1"))
            #expect(first.totalPoints == 2200)
            let (faulty, _) = try await call(
                session, "PUT", "/sandbox/faults", #"[{"kind":"error500After","count":1}]"#)
            #expect(faulty == 200)
            _ = try? await session.client.issue(SandboxSession.request("r2"))
            let (_, state) = try await call(session, "GET", "/sandbox/state")
            #expect(state?["transactions"]?.integer == 2 && state?["points"]?.integer == 4400)
            #expect(state?["pendingDeliveries"]?.integer == 2)
            for (method, path, body) in [
                ("PATCH", "/sandbox/switches", #"{"nope":1}"#), ("PUT", "/sandbox/faults", #"[{"kind":"?"}]"#),
                ("PUT", "/sandbox/webhooks", #"{"transaction":{"mode":"signature"}}"#),
                ("POST", "/sandbox/connection-events", #"{"type":"LINKED"}"#),
                ("GET", "/sandbox/deliveries?state=x", ""),
            ] {
                let (status, answer) = try await call(session, method, path, body)
                #expect(status == 400 && answer?["message"]?.string != nil, "\(path)")
            }
            let (reset, _) = try await call(session, "POST", "/sandbox/reset")
            #expect(reset == 200)
            #expect(session.sandbox.transactions().isEmpty)
        }
    }

    @Test("a widget token opens the widget and nothing else, and a choice becomes links and removals")
    func widget() async throws {
        try await SandboxSession.run { session in
            let token = try await session.client.widgetToken(kind: .multibrand, sourceUserID: "u-77")
            #expect(!"\(token)".contains(token.accessToken))
            let launch = try #require(token.launchURL)
            #expect(launch.hasPrefix("\(session.baseURL)/widget/multibrand?token="))
            let page = try await HTTPClient.shared.send(HTTPCall(url: launch), within: .seconds(300))
            #expect(page.status == 200)
            #expect(page.headers.first(name: "referrer-policy") == "no-referrer")
            let html = String(decoding: page.body, as: UTF8.self)
            #expect(html.contains("Sky Miles Demo") && !html.contains("Closed Club Demo"))

            var asAPI = HTTPCall(url: "\(session.baseURL)/programs")
            asAPI.headers.add(name: "authorization", value: "Bearer \(token.accessToken)")
            #expect(try await HTTPClient.shared.send(asAPI, within: .seconds(300)).status == 401)
            let (refused, _) = try await call(session, "GET", "/widget/multibrand?token=nonsense")
            #expect(refused == 401)

            func choose(_ programs: String) async throws -> Int64? {
                let body = #"{"token":"\#(token.accessToken)","programs":[\#(programs)]}"#
                return try await call(session, "POST", "/widget/multibrand/choice", body).1?["events"]?.integer
            }
            let sky = #"{"id":"prg_sky","parts":2,"account":{"destinationUserId":"M-1"}}"#
            let stay = #"{"id":"prg_stay","parts":1,"account":{"destinationUserId":"M-2"}}"#
            #expect(try await choose("\(sky),\(stay)") == 2)
            #expect(try await choose("\(sky),\(stay)") == 0)
            #expect(try await choose(stay) == 1)
            let bodies = session.sandbox.deliveries(.pending).map(\.body)
            let events = try bodies.map { try ConnectionEventPayload(body: Array($0.utf8)) }
            #expect(events.map(\.change) == [.linked, .linked, .delinked])
            #expect(events.map(\.programID) == ["prg_sky", "prg_stay", "prg_sky"])
            #expect(events.allSatisfy { $0.sourceUserID == "u-77" })
        }
    }

    @Test("the point-exchange widget has a token of its own, which the multibrand page refuses")
    func pointExchange() async throws {
        try await SandboxSession.run { session in
            let token = try await session.client.widgetToken(kind: .pointExchange, sourceUserID: "u-1")
            #expect(token.lifetime == .seconds(600) && token.launchURL == nil)
            let (status, _) = try await call(session, "GET", "/widget/multibrand?token=\(token.accessToken)")
            #expect(status == 401)
        }
    }
}
