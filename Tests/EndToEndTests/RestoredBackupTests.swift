import Cosmo
import CosmoSandbox
import Foundation
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A backup that is restored")
    struct RestoredBackupTests {
        private static let settings = [
            Settings.Issuance.planDelay.key: "50ms",
            Settings.Issuance.recoveryGap.key: "21s",
            Settings.Issuance.settleDelay.key: "1s",
            Settings.Cosmo.requestTimeout.key: "3s",
            Settings.Issuance.leaseTime.key: "14s",
        ]

        @Test(
            "in its place is noticed: what Cosmo had issued since is adopted before anything is sent"
        )
        func restoredInPlace() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    _ = try await client.record(Self.spend("before", 100_00))
                    try await stack.settle(client)
                    let backup = stack.directory + "/backup.dump"
                    try await Self.run("pg_dump", ["-Fc", "-f", backup, "-d", stack.databaseURL], stack)
                    let since = ContinuousClock.now

                    _ = try await client.record(Self.spend("lost-1", 200_00))
                    _ = try await client.record(Self.spend("lost-2", 80_00))
                    try await stack.settle(client)
                    let issued = stack.sandbox.transactions().reduce(0) { $0 + $1.value }
                    #expect(issued == 570)
                    stack.service.askToStop()
                    #expect(try await stack.service.ended() == .code(0))
                    try await Self.run(
                        "pg_restore", ["--clean", "--if-exists", "-d", stack.databaseURL, backup], stack)
                    // A backup is older than the longest pause that counts as a restart.
                    let age = since.duration(to: .now)
                    if age < .seconds(23) { try await Task.sleep(for: .seconds(23) - age) }

                    try await stack.service.start()
                    // A platform sends at once what it does not know to be safe.
                    _ = try await client.record(Self.spend("lost-1", 200_00))
                    try await eventually("the recovery ended by itself", within: .seconds(60)) {
                        try await client.recovery()?.hasEndedAt ?? false
                    }
                    let recovery = try #require(try await client.recovery())
                    #expect(recovery.cause == .gap && recovery.endedBy == "comparison")
                    #expect(recovery.adoptedCount >= 1 && recovery.openCount == 0)
                    _ = try await client.record(Self.spend("lost-2", 80_00))
                    try await stack.settle(client)
                    #expect(stack.sandbox.transactions().reduce(0) { $0 + $1.value } == issued, "issued twice, or lost")
                    let position: Multibrand_V1_Position = try await client.call(
                        "IssuanceService/GetPosition",
                        Multibrand_V1_GetPositionRequest.with {
                            $0.cardID = "card"
                            $0.programID = "prg_sky"
                        })
                    #expect(
                        position.issuedMicro == 570_000_000 && position.debtMicro == 0 && position.pendingMicro == 0)
                    #expect(try await stack.command("explain", "before").contains("Only Cosmo had it; adopted"))
                }
                try await stack.verifyByCommand()
                try await stack.command("replay", "--config", Self.configuration(of: stack))
            }
        }

        @Test("is steered by an operator: begun, shown, adopted by card, ended; and nothing is sent meanwhile")
        func operatorsWay() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    // Two transactions that only Cosmo knows and whose reference numbers prove nothing.
                    let foreign = try await stack.issuanceAtCosmo("mb-" + String(repeating: "a", count: 26), 200)
                    let stray = try await stack.issuanceAtCosmo("mb-" + String(repeating: "b", count: 26), 100)
                    let since = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -60))
                    let begun = try await stack.command(
                        "admin", "recovery", "begin", "--since", since, "--reason", "drill")
                    #expect(begun.contains("Nothing is sent to Cosmo"))
                    _ = try await client.record(Self.spend("spend", 300_00))
                    try await eventually("the first comparison was made", within: .seconds(30)) {
                        try await client.recovery()?.hasComparedAt ?? false
                    }
                    let shown = try await stack.command("admin", "recovery", "show", exit: 8)
                    #expect(shown.contains(foreign) && shown.contains("CARD_NOT_PROVEN") && !shown.contains("M-1"))
                    let status = try await stack.command("status")
                    #expect(status.contains(/WARN  issuing +stopped by a recovery since .+ admin recovery show\n/))
                    #expect(
                        try await stack.command("admin", "recovery", "end", "--evidence", "x", exit: 5)
                            .contains("RECOVERY_NOT_COMPARED"))
                    #expect(
                        try await stack.command(
                            "admin", "recovery", "adopt", foreign, "--evidence", "portal", "--yes", exit: 5
                        ).contains("CARD_NOT_PROVEN"))
                    let adopted = try await stack.command(
                        "admin", "recovery", "adopt", foreign, "--card", "card", "--evidence", "portal, ticket 12",
                        "--yes")
                    #expect(adopted.contains("confirmed"))
                    #expect(stack.sandbox.transactions().count == 2, "something was sent")
                    try await stack.command(
                        "admin", "recovery", "end", "--force", "--evidence", "\(stray) is a test of ours", "--yes")
                    try await eventually("what the adopted issuance left is issued") {
                        stack.sandbox.transactions().map(\.value).sorted() == [100, 200, 250]
                    }
                    try await stack.settle(client)
                    let list = try await stack.command("admin", "recovery", "list", "--json")
                    #expect(list.contains("\"ended_by\"") && list.contains("RECOVERY_CAUSE_OPERATOR"))
                    let actions = try await stack.command("admin", "actions")
                    for action in ["BeginRecovery", "AdoptIssuance", "EndRecovery"] {
                        #expect(actions.contains(action))
                    }
                }
                try await stack.verifyByCommand()
            }
        }

        private static func spend(_ id: String, _ minorUnits: Int64) -> Multibrand_V1_Spend {
            .with {
                $0.spendID = id
                $0.cardID = "card"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = minorUnits
            }
        }

        private static func configuration(of stack: Stack) throws -> String {
            let path = stack.directory + "/offline.json"
            let text = "{\"database\": {\"url\": \"\(stack.databaseURL)\"}}"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private static func run(_ program: String, _ arguments: [String], _ stack: Stack) async throws {
            let child = ChildProgram(
                ["/usr/bin/env", program] + arguments, in: stack.directory,
                logPath: stack.directory + "/\(program)-\(UUID().uuidString).log")
            #expect(try await child.ended() == .code(0), "\(program): \(child.log.suffix(1_500))")
        }
    }
}

extension ServiceClient {
    /// The newest recovery; nil when there was none.
    func recovery() async throws -> Multibrand_V1_Recovery? {
        let page: Multibrand_V1_ListRecoveriesResponse = try await call(
            "IssuanceService/ListRecoveries", Multibrand_V1_ListRecoveriesRequest())
        return page.recoveries.first
    }
}

extension Stack {
    /// Issues points at the sandbox as another system with the same credentials would; returns Cosmo's id.
    func issuanceAtCosmo(_ reference: String, _ points: Int64) async throws -> String {
        let url = try await sandbox.baseURL
        var configuration = CosmoConfiguration(
            environment: .sandbox, apiBaseURL: url,
            credentials: CosmoCredentials(clientID: "end-to-end", clientSecret: Self.clientSecret), authBaseURL: url,
            widgetAuthBaseURL: url)
        configuration.requestTimeout = .seconds(10)
        let cosmo = try CosmoClient(configuration: configuration, logger: Self.quietLogger)
        let answer: Result<CosmoIssuanceAnswer, CosmoError>
        do {
            answer = .success(
                try await cosmo.issue(
                    CosmoIssuanceRequest(
                        programID: "prg_sky", value: points, currency: CosmoIssuanceRequest.pointsCurrency,
                        account: CosmoAccount(userID: "M-1"), referenceNumber: reference)))
        } catch {
            answer = .failure(error)
        }
        await cosmo.shutdown()
        return try answer.get().id
    }
}
