import Audit
import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A webhook that says what was said before")
    struct RetriedWebhookTests {
        /// What somebody sends who tries things out, some seconds apart, the last one now.
        private static func play(_ holder: String) -> [SignedDelivery] {
            let words = [("LINKED", "M-A1"), ("DELINKED", "M-A1"), ("LINKED", "M-A2"), ("DELINKED", "M-A2")]
            return words.enumerated().map { index, word in
                SignedDelivery(
                    #"{"sourceUserId":"\#(holder)","destinationProgramId":"prg_sky","type":"\#(word.0)","#
                        + #""destinationAccount":{"destinationUserId":"\#(word.1)"}}"#,
                    secondsFromNow: Int64(index - 3) * 10)
            }
        }

        private static func spend(_ id: String, _ card: String) -> Multibrand_V1_Spend {
            Multibrand_V1_Spend.with {
                $0.spendID = id
                $0.cardID = card
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = 50_000
                $0.merchantCategoryCode = "5812"
            }
        }

        @Test("linked, removed, linked to another account, removed: the removal counts, and nothing is issued")
        func removalCounts() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let holder = try await stack.register("card", client)
                    for delivery in Self.play(holder) {
                        #expect(try await stack.deliver(delivery).status == 200)
                    }
                    try await stack.inboxIsApplied(client)
                    #expect(try await client.preferences("card").links.isEmpty)
                    let answer = try await client.record(Self.spend("spend", "card"))
                    #expect(answer.decision.legs.isEmpty)
                    // Answers are noted in the background; once they are, nothing is held.
                    try await eventually("nothing is held") { try await client.overview().inboxHeld == 0 }
                    try await stack.settle(client)
                    #expect(try await stack.positions(client).isEmpty)
                    #expect(stack.sandbox.transactions().isEmpty)
                }
                try await stack.verify(covering: .preferenceVersionsContiguous)
            }
        }

        @Test("when nobody knows whether Cosmo had its answers, nothing is issued until an operator says what it is")
        func operatorDecides() async throws {
            // No answer is quick enough to be taken for seen.
            try await Stack.with([Settings.Webhook.senderTimeout.key: "0s"]) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let holder = try await stack.register("card", client)
                    let deliveries = Self.play(holder)
                    for delivery in [deliveries[0], deliveries[1]] {
                        #expect(try await stack.deliver(delivery).status == 200)
                    }
                    // Linked again, as a retry of the first would link it.
                    let again = SignedDelivery(String(decoding: deliveries[0].body, as: UTF8.self))
                    #expect(try await stack.deliver(again).status == 200)
                    try await stack.inboxIsApplied(client)
                    let answer = try await client.record(Self.spend("spend", "card"))
                    #expect(answer.decision.legs.count == 1)
                    let link = try #require(try await client.preferences("card").links.first)
                    #expect(link.destinationAccount.userID == "M-A1")
                    #expect(link.held && link.heldReason == "MAY_BE_A_RETRY" && link.hasIssuingWaitsUntil)
                    let overview = try await client.overview()
                    #expect(overview.inboxHeld == 1 && overview.linksHeld == 1)
                    try await eventually("the position waits") {
                        try await stack.pool.query(
                            "select count(*) as n from positions where blocked_reason = 'LINK_HELD'"
                        ).first?.get("n", as: Int64.self) == 1
                    }
                    let listed = try await stack.command("admin", "inbox", "list", "--status", "held")
                    #expect(listed.contains("MAY_BE_A_RETRY"))
                    let id = try await stack.pool.query("select inbox_id from inbox where status = 'held'").first?.get(
                        "inbox_id", as: Int64.self)
                    let number = "\(try #require(id))"
                    #expect(stack.sandbox.transactions().isEmpty)
                    try await stack.command("admin", "inbox", "resolve", number, "--retry", "--yes")
                    #expect(try await client.preferences("card").links.isEmpty)
                    // What was earned while it was linked is owed to its last account.
                    try await stack.settle(client)
                    #expect(Set(stack.sandbox.transactions().flatMap(\.account.values)) == ["M-A1"])
                }
                try await stack.verify(covering: .preferenceVersionsContiguous)
            }
        }
    }
}

extension Stack {
    /// Waits until every delivery was applied or held.
    fileprivate func inboxIsApplied(_ client: ServiceClient) async throws {
        try await eventually("every delivery is applied") { try await client.overview().inboxReceived == 0 }
    }
}
