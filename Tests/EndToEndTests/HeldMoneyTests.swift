import Audit
import CosmoSandbox
import MultibrandAPI
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Held money")
    struct HeldMoneyTests {
        @Test("of a card without links is shown with its age, and decided by the first link that Cosmo tells of")
        func journey() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let holder = try await stack.register("bare", client)
                    for number in 0..<3 {
                        let answer = try await client.record(
                            Multibrand_V1_Spend.with {
                                $0.spendID = "held-\(number)"
                                $0.cardID = "bare"
                                $0.amount.currencyCode = "USD"
                                $0.amount.minorUnits = 10_00
                            })
                        #expect(answer.decision.heldMinor == 10_00)
                    }
                    try await Self.isShown(client)
                    try await Self.refund("r1", of: "held-0", client)

                    let program = CardBook.programs[0].programID
                    try await stack.sandbox.send([
                        SandboxConnectionEvent(
                            sourceUserId: holder, destinationProgramId: program, type: "LINKED",
                            destinationAccount: ["destinationUserId": "M-1"])
                    ])
                    var spend = Multibrand_V1_RecordedSpend()
                    try await eventually("the held money is decided", seen: { "\(spend)" }) {
                        spend = try await client.call(
                            "SpendService/GetSpend", Multibrand_V1_GetSpendRequest.with { $0.spendID = "held-2" })
                        return spend.hasRelease
                    }
                    #expect(spend.heldNowMinor == 0 && spend.decision.heldMinor == 10_00)
                    #expect(spend.release.outcome == .released && spend.release.cause == .link)
                    #expect(spend.release.decision.legs.map(\.programID) == [program])
                    #expect(spend.release.amountMinor == 10_00)

                    try await Self.refund("r2", of: "held-2", client)
                    let page: Multibrand_V1_SpendExplanation = try await client.call(
                        "SpendService/ExplainSpend", Multibrand_V1_ExplainSpendRequest.with { $0.spendID = "held-0" })
                    #expect(page.held.release.amountMinor == 10_00 && page.held.release.outcome == .released)
                    #expect(page.held.release.preferenceVersion == page.preference.versionInForce)
                    let held: Multibrand_V1_ListHeldSpendsResponse = try await client.call(
                        "AdminService/ListHeldSpends", Multibrand_V1_ListHeldSpendsRequest())
                    #expect(held.spends.isEmpty)
                    let released: Multibrand_V1_ReleaseHeldResponse = try await client.call(
                        "AdminService/ReleaseHeld", Multibrand_V1_ReleaseHeldRequest.with { $0.cardID = "bare" })
                    #expect(released.released == 0)
                }
                try await stack.verify(covering: .releaseAmount)
            }
        }

        private static func isShown(_ client: ServiceClient) async throws {
            let held: Multibrand_V1_ListHeldSpendsResponse = try await client.call(
                "AdminService/ListHeldSpends", Multibrand_V1_ListHeldSpendsRequest.with { $0.cardID = "bare" })
            #expect(held.spends.map(\.spendID) == ["held-0", "held-1", "held-2"])
            #expect(held.spends.allSatisfy { $0.reason == "NO_LINKS" && $0.held.minorUnits == 10_00 })
            let overview: Multibrand_V1_Overview = try await client.call(
                "AdminService/GetOverview", Multibrand_V1_GetOverviewRequest())
            #expect(overview.held.map(\.held.minorUnits) == [30_00] && overview.held.map(\.spends) == [3])
            #expect(overview.held.map(\.oldestSince) == [held.spends[0].heldSince])
        }

        private static func refund(_ refundID: String, of spendID: String, _ client: ServiceClient) async throws {
            let answer: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = refundID
                    $0.spendID = spendID
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 4_00
                })
            #expect(answer.refund.status == .applied)
        }
    }
}
