import Audit
import CosmoSandbox
import Foundation
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("The fallback wallet")
    struct OwnProgramFallbackTests {
        private static let ownProgram = "ownProgram"
        private static let wallet = [
            Settings.Spending.noLinks.key: "wallet", Settings.Spending.refused.key: "wallet",
            Settings.Spending.ownProgram.key: ownProgram, Settings.Issuance.planDelay.key: "10ms",
        ]

        @Test("pays what a card without links spends into the wallet, and a refund takes it back")
        func journey() async throws {
            try await Stack.with { stack in
                let early = try await Self.process(stack)
                let refusal = await #expect(throws: Unusable.self) { try await early.start() }
                #expect(
                    refusal?.description.contains("spending.ownProgram names a program that there is not") == true)
                #expect(try await early.ended() == .code(1))

                try await stack.connected { client in
                    let _: Multibrand_V1_ConfigureProgramResponse = try await client.call(
                        "AdminService/ConfigureProgram",
                        Multibrand_V1_ConfigureProgramRequest.with {
                            $0.programID = Self.ownProgram
                            $0.plugin = "flat-rate"
                            $0.configurationJson = #"{"pointsPerMajorUnit":"2"}"#
                            $0.paysInto = .wallet
                        })
                }
                let service = try await Self.process(stack)
                try await service.start()
                let other = Stack(
                    service: service, sandbox: stack.sandbox, pool: stack.pool, databaseURL: stack.databaseURL,
                    directory: stack.directory)
                do {
                    try await other.connected { client in try await Self.earnAndReturn(other, client) }
                } catch {
                    print("the end of the second service's log:\n\(service.log.suffix(3_000))")
                    try? await service.kill()
                    throw error
                }
                service.askToStop()
                #expect(try await service.ended() == .code(0))
                try await stack.verify(covering: .remainderRule)
            }
        }

        private static func earnAndReturn(_ stack: Stack, _ client: ServiceClient) async throws {
            _ = try await stack.register("bare", client)
            let answer = try await client.record(
                Multibrand_V1_Spend.with {
                    $0.spendID = "s1"
                    $0.cardID = "bare"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 10_00
                })
            #expect(answer.decision.legs.map(\.programID) == [ownProgram])
            #expect(answer.decision.legs.allSatisfy { $0.ownProgram && $0.amount.minorUnits == 10_00 })
            #expect(answer.decision.heldMinor == 0 && answer.decision.excludedMinor == 0)
            try await balance(20, stack)

            let refund: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = "r1"
                    $0.spendID = "s1"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 4_00
                })
            #expect(refund.refund.status == .applied)
            try await balance(12, stack)
            let page: Multibrand_V1_SpendExplanation = try await client.call(
                "SpendService/ExplainSpend", Multibrand_V1_ExplainSpendRequest.with { $0.spendID = "s1" })
            #expect(page.split.ownProgramID == "ownProgram" && page.split.ownProgramOfferedMinor == 10_00)
            #expect(page.split.shares.isEmpty)
        }

        /// Waits until the card's user has so many points in the wallet.
        private static func balance(_ points: Int64, _ stack: Stack) async throws {
            var seen: Int64?
            try await eventually("the wallet holds \(points)", seen: { "\(seen ?? -1)" }) {
                let rows = try await stack.pool.query(
                    "select balance from wallet_members where external_user_id = 'user-of-bare'")
                seen = try rows.first?.value()
                return seen == points
            }
        }

        /// A service beside the stack's own, on the same database, with the fallback on.
        private static func process(_ stack: Stack) async throws -> ServiceProcess {
            let directory = stack.directory + "/\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let base = Stack.base(databaseURL: stack.databaseURL, sandboxURL: try await stack.sandbox.baseURL)
            return try ServiceProcess(directory: directory, settings: base.merging(wallet) { _, new in new })
        }
    }
}
