import ArgumentParser
import Cosmo
import CosmoSandbox
import Foundation
import MultibrandAPI
import MultibrandServer
import NIOCore
import NIOPosix
import RPC
import Rewards
import SwiftProtobuf
import TLS
import Testing

@testable import multibrand

@Suite("What a person at a terminal reads")
struct WordsTests {
    @Test(
        "shares add up to 100.0, whatever the parts",
        arguments: [
            ([1, 2, 3, 1], ["14.3", "28.6", "42.8", "14.3"]), ([1, 1, 1], ["33.4", "33.3", "33.3"]),
            ([60, 40], ["60.0", "40.0"]), ([1], ["100.0"]), ([0, 5], ["0.0", "100.0"]), ([], []),
            ([0, 0], ["0.0", "0.0"]),
        ])
    func shares(_ parts: [Int], _ texts: [String]) {
        #expect(SharePercent.texts(parts) == texts)
    }

    @Test("shares of random parts add up to 100.0 and stay within a tenth of the exact one")
    func randomShares() {
        var state: UInt64 = 7
        for _ in 0..<500 {
            let parts = (0..<9).map { _ -> Int in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 50) + 1
            }
            let tenths = SharePercent.texts(parts).map { Int($0.replacingOccurrences(of: ".", with: ""))! }
            #expect(tenths.reduce(0, +) == 1000)
            let total = parts.reduce(0, +)
            for (part, tenth) in zip(parts, tenths) { #expect(abs(tenth * total - part * 1000) < total) }
        }
    }

    @Test("JSON holds every field that cannot be absent, zeros and empty lists too")
    func wholeJSON() throws {
        let overview = try WholeJSON.text(Multibrand_V1_Overview())
        #expect(overview.contains(#""inbox_held":"0""#) && overview.contains(#""issuances_by_status":{}"#))
        #expect(overview.contains(#""database_ready":false"#) && overview.contains(#""migration_version":0"#))
        #expect(!overview.contains("started_at"))
        let refund = Multibrand_V1_Refund.with {
            $0.refundID = "r\"1\""
            $0.parts = [.init()]
            $0.occurredAt = .init(seconds: 0, nanos: 0)
        }
        let text = try WholeJSON.text(refund)
        #expect(text.contains(#""status":"REFUND_STATUS_UNSPECIFIED""#) && text.contains(#""clawbacks":[]"#))
        #expect(text.contains(#""excluded_minor":"0""#) && text.contains(#""occurred_at":"1970-01-01T00:00:00Z""#))
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = false
        #expect(try Multibrand_V1_Refund(jsonString: text, options: options) == refund)
    }

    @Test("maps, nested lists and numbers of JSON read back as what was written")
    func wholeJSONRoundTrip() throws {
        let overview = Multibrand_V1_Overview.with {
            $0.issuancesByStatus = ["planned": 0, "sent": .max]
            $0.startedAt = .init(seconds: 1_764_500_000, nanos: 5)
        }
        #expect(try Multibrand_V1_Overview(jsonString: WholeJSON.text(overview)) == overview)
        let spend = Multibrand_V1_RecordedSpend.with { $0.decision.legs = [.with { $0.amount.minorUnits = -5 }] }
        #expect(try Multibrand_V1_RecordedSpend(jsonString: WholeJSON.text(spend)) == spend)
        #expect(try WholeJSON.text(Multibrand_V1_Money(), writesNumbers: true).contains(#""minor_units":0"#))
    }

    @Test("the service's names of calls become this program's commands")
    func commandWords() {
        let error = RPCError(
            .notFound, "no card has this id; register it with RegisterCard first", reason: "UNKNOWN_CARD", domain: "d",
            facts: ["outcome": "not_applied"])
        #expect(
            CommandFailure(error)?.message
                == "no card has this id; register it with `multibrand admin cards register` first [UNKNOWN_CARD]")
        #expect(
            CommandWords.translated("`SpendService/GetSpend` or Get it") == "`multibrand admin spends show` or Get it")
    }

    @Test("every command that a message may name is there", arguments: CommandWords.commands.values.sorted())
    func commandsAreThere(_ words: String) {
        var command: any ParsableCommand.Type = MultibrandCommand.self
        for word in words.split(separator: " ") {
            let next = command.configuration.subcommands.first { $0._commandName == word }
            guard let next else {
                Issue.record("there is no \(words)")
                return
            }
            command = next
        }
        #expect(command.configuration.subcommands.isEmpty)
    }

    @Test("every call that a message of ours names has a command")
    func everyCallNamed() throws {
        let sources = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        let calls = Set(
            try String(
                contentsOf: sources.appendingPathComponent("../proto/multibrand/v1/spends.proto"), encoding: .utf8
            )
            .matches(of: /rpc ([A-Za-z]+)\(/).map { String($0.1) }
                + ["admin", "preferences", "issuance", "wallet"].flatMap { name in
                    try String(
                        contentsOf: sources.appendingPathComponent("../proto/multibrand/v1/\(name).proto"),
                        encoding: .utf8
                    ).matches(of: /rpc ([A-Za-z]+)\(/).map { String($0.1) }
                })
        #expect(calls.count > 50)
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.lastPathComponent.hasSuffix("Error.swift") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"[^"\n]*\b([A-Z][a-z]+[A-Z][A-Za-z]+)\b[^"\n]*"/)
            where calls.contains(String(match.1)) {
                #expect(CommandWords.commands[String(match.1)] != nil, "\(file.lastPathComponent): \(match.1)")
            }
        }
    }

    @Test("a failure of TLS is named as one, and a service in clear is not asked whether it runs")
    func tls() {
        let cause = TLSError(.handshakeFailed, "the handshake failed", cause: "certificate verify failed")
        let failure = CommandFailure(RPCError(.unavailable, "the server cannot be reached", cause: cause))
        #expect(failure?.status == .unavailable)
        #expect(failure?.message.contains("certificate verify failed") == true)
        #expect(failure?.message.contains("--tls-authority") == true)
        #expect(failure?.message.contains("is it running") == false)
    }

    @Test("a port that is taken is one line with the address, the setting and what shows who has it")
    func takenPort() async throws {
        let taken = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(taken.localAddress?.port)
        let error = await #expect(throws: ListeningError.self) {
            try await ListeningCheck.check([
                .init(host: "127.0.0.1", port: 0, setting: "free"),
                .init(host: "127.0.0.1", port: port, setting: "rpc.port (MULTIBRAND_RPC_PORT)"),
            ])
        }
        try await taken.close()
        let text = error?.description ?? ""
        #expect(text.contains("127.0.0.1:\(port)") && text.contains("MULTIBRAND_RPC_PORT"))
        #expect(text.contains("ss -ltnp") && !text.contains("errno") && !text.contains("\n"))
        try await ListeningCheck.check([.init(host: "127.0.0.1", port: port, setting: "now free")])
    }

    @Test("one port for two doors is found before anything is started")
    func samePort() async throws {
        let probe = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(probe.localAddress?.port)
        try await probe.close()
        await #expect(throws: ListeningError.self) {
            try await ListeningCheck.check([
                .init(host: "127.0.0.1", port: port, setting: "first"),
                .init(host: "127.0.0.1", port: port, setting: "second"),
            ])
        }
    }

    @Test(
        "shares are read by their last equals sign, and a bad one is refused before anything is asked",
        arguments: [("prg_a=60", "prg_a", 60), ("a=b=1", "a=b", 1)] as [(String, String, Int32)])
    func share(_ text: String, _ programID: String, _ parts: Int32) throws {
        let share = try CardsCommand.Allocate.share(text)
        #expect(share.programID == programID && share.parts == parts)
    }

    @Test(
        "a bad argument is reported with the usage of its own command",
        arguments: [
            ("admin cards allocate k1 a=1 b", "b must read PROGRAM=PARTS", "admin cards allocate"),
            ("admin refunds reattribute r x --reason y", "x must read SPEND=MINOR", "admin refunds reattribute"),
            ("dev --rpc-port 70000", "--rpc-port must be", "dev"),
            ("admin positions list --frob", "Unknown option", "admin positions list"),
        ])
    func usage(_ line: String, _ words: String, _ command: String) {
        do {
            _ = try MultibrandCommand.parseAsRoot(line.split(separator: " ").map(String.init))
            Issue.record("\(line) was taken")
        } catch {
            let text = MultibrandCommand.fullMessage(for: error)
            #expect(text.contains(words), "\(text)")
            #expect(text.contains("multibrand \(command)"), "\(text)")
        }
    }

    @Test("the local stack's service and sandbox agree, and a pair that does not is named")
    func agreement() async throws {
        let overrides = [
            Settings.Webhook.secrets.key: "a:b", Settings.Webhook.partsField.key: SandboxAgreement.partsField,
            Settings.Cosmo.apiBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.authBaseURL.key: "http://127.0.0.1:1",
            Settings.Cosmo.widgetAuthBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.clientID.key: "c",
            Settings.Cosmo.clientSecret.key: "s",
        ]
        let service = try await ServiceConfiguration(
            try await SettingsReader(file: nil, environment: [:], overrides: overrides))
        let sandbox = CosmoSandboxConfiguration(clientID: "c", clientSecret: "s")
        var switches = SandboxSwitches()
        #expect(
            SandboxAgreement.differences(service, sandbox, switches) == [
                "webhook.partsField is parts, but the sandbox's connectionPartsField is not set"
            ])
        switches.connectionPartsField = SandboxAgreement.partsField
        #expect(SandboxAgreement.differences(service, sandbox, switches) == [])
        switches.valueUnit = .minor
        switches.intervalListing = false
        #expect(SandboxAgreement.differences(service, sandbox, switches).count == 2)
    }
}
