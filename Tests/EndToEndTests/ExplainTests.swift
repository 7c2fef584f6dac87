import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A spend is explained")
    struct ExplainTests {
        private static let accounts = ["prg_sky": "M-10023177", "prg_stay": "M-10023188"]

        @Test("from its purchase to the webhook that confirmed its points, with its refund and without accounts")
        func whole() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link(
                        "card-explained", Self.accounts.mapValues { ["destinationUserId": $0] }, client)
                    _ = try await client.record(
                        Multibrand_V1_Spend.with {
                            $0.spendID = "spend-explained"
                            $0.cardID = "card-explained"
                            $0.amount.currencyCode = "USD"
                            $0.amount.minorUnits = 40_000
                            $0.merchantCategoryCode = "7011"
                        })
                    try await eventually("the points are confirmed by webhooks") {
                        let rows = try await stack.pool.query(
                            "select 1 from issuances where card_id = 'card-explained' and settled_by = 'webhook'")
                        return rows.count == 2
                    }
                    let refund: Multibrand_V1_RecordRefundResponse = try await client.call(
                        "SpendService/RecordRefund",
                        Multibrand_V1_RecordRefundRequest.with {
                            $0.refundID = "refund-explained"
                            $0.spendID = "spend-explained"
                            $0.amount.currencyCode = "USD"
                            $0.amount.minorUnits = 2_000
                        })
                    #expect(refund.refund.status == .applied)

                    let story = try await explain("spend-explained", client)
                    #expect(story.preference.version == story.preference.versionInForce)
                    #expect(story.preference.change.links.map(\.parts) == [1, 1])
                    #expect(
                        story.legs.allSatisfy { $0.configuration.plugin.contains("@") && $0.configuration.hasSetAt })
                    #expect(story.legs.reduce(0) { $0 + $1.amountMinor } == 40_000)
                    #expect(story.refunds.refundedMinor == 2_000)
                    #expect(story.refunds.movements.map(\.refundID) == ["refund-explained"])
                    #expect(story.issuances.count == 2)
                    #expect(story.issuances.allSatisfy { $0.status == .confirmed && $0.delivery.inboxID > 0 })
                    #expect(story.mayStillCome.contains { $0.kind == .debt })
                    let text = try await stack.command("explain", "spend-explained")
                    for words in [
                        "spend-explained on card card-explained: 400.00 USD", "in force now", "prg_sky: 1 of 2 parts",
                        "flat-rate@", "20.00 of 400.00 USD is refunded now.", "refund refund-explained took 20.00 USD.",
                        "confirmed.", "by webhook, delivery ", "owed.",
                    ] {
                        #expect(text.contains(words), "\(words) in\n\(text)")
                    }
                    let json = try await stack.command("explain", "spend-explained", "--json")
                    #expect(try Multibrand_V1_SpendExplanation(jsonString: json).issuances.count == 2)
                    for account in Self.accounts.values { #expect(!(text + json).contains(account)) }
                }
            }
        }

        @Test("as of one moment, while refunds of it come in")
        func oneMoment() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    _ = try await client.record(
                        Multibrand_V1_Spend.with {
                            $0.spendID = "spend"
                            $0.cardID = "card"
                            $0.amount.currencyCode = "USD"
                            $0.amount.minorUnits = 40_000
                        })
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            for number in 0..<40 {
                                let _: Multibrand_V1_RecordRefundResponse = try await client.call(
                                    "SpendService/RecordRefund",
                                    Multibrand_V1_RecordRefundRequest.with {
                                        $0.refundID = "refund-\(number)"
                                        $0.spendID = "spend"
                                        $0.amount.currencyCode = "USD"
                                        $0.amount.minorUnits = 100
                                    })
                            }
                        }
                        var refunded: Int64 = 0
                        while refunded < 4_000 {
                            let story = try await explain("spend", client)
                            refunded = story.refunds.refundedMinor
                            let moved = story.refunds.movements.reduce(0) { $0 + $1.amountMinor }
                            #expect(moved == refunded)
                            // The position has earned by this spend only.
                            let clawedBack = story.refunds.movements.flatMap(\.clawbacks).reduce(0) { $0 + $1.micro }
                            #expect(story.positions.map(\.position.clawedBackMicro) == [clawedBack])
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }

        @Test("only when it is there")
        func unknown() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    let refusal = try await Refusal.of { try await explain("nothing", client) }
                    #expect(refusal == Refusal(.notFound, "UNKNOWN_SPEND"))
                }
            }
        }

        private func explain(_ spendID: String, _ client: ServiceClient) async throws -> Multibrand_V1_SpendExplanation
        {
            try await client.call(
                "SpendService/ExplainSpend", Multibrand_V1_ExplainSpendRequest.with { $0.spendID = spendID })
        }
    }
}
