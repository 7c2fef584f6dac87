import Audit
import CosmoSandbox
import MultibrandAPI
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A connection webhook")
    struct WebhookJourneyTests {
        @Test("changes the preference: linked, edited, removed, each once however often it is sent")
        func journey() async throws {
            var switches = SandboxSwitches()
            switches.webhookCopies = 3
            try await Stack.with(switches: switches) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let holder = try await stack.register("card", client)
                    try await stack.send("LINKED", holder, "prg_sky", account: "M-1")
                    try await stack.send("LINKED", holder, "prg_stay", account: "M-2")
                    try await accounts(of: "card", become: ["prg_sky": "M-1", "prg_stay": "M-2"], client)
                    // The sandbox signs with the second; the next event must not bear the stamp of the last.
                    try await stack.nextSecond()
                    try await stack.send("LINKED", holder, "prg_sky", account: "M-1-EDITED")
                    try await accounts(of: "card", become: ["prg_sky": "M-1-EDITED", "prg_stay": "M-2"], client)
                    try await stack.nextSecond()
                    try await stack.send("DELINKED", holder, "prg_sky", account: "M-1-EDITED")
                    try await accounts(of: "card", become: ["prg_stay": "M-2"], client)
                    try await stack.inboxIsEmpty(client)
                    let copies = try await stack.pool.query(
                        "select coalesce(sum(deliveries), 0)::bigint as copies from inbox")
                    #expect(try copies.first?.get("copies", as: Int64.self) == 12, "four events in three copies each")
                    let versions = try await client.preferences("card").version
                    #expect(versions == 4, "four changes, whatever was repeated")
                }
                try await stack.verify(covering: .preferenceVersionsContiguous)
            }
        }

        @Test("leads to the same preference in whatever order and however often it arrives (I-8)")
        func converges() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
                    for (number, order) in orders.enumerated() {
                        let linked = try await stack.register("card-linked-\(number)", client)
                        let removed = try await stack.register("card-removed-\(number)", client)
                        let endsLinked = Self.history(linked, ["LINKED M-1", "DELINKED M-1", "LINKED M-2"])
                        let endsRemoved = Self.history(removed, ["LINKED M-1", "LINKED M-2", "DELINKED M-2"])
                        // Each once in this order, and all of them again backwards.
                        for index in order + order.reversed() {
                            #expect(try await stack.deliver(endsLinked[index]).status == 200)
                            #expect(try await stack.deliver(endsRemoved[index]).status == 200)
                        }
                    }
                    try await stack.inboxIsEmpty(client)
                    for number in orders.indices {
                        let linked = try await client.preferences("card-linked-\(number)").links
                        #expect(linked.map(\.programID) == ["prg_stay"], "order \(orders[number])")
                        #expect(linked.map(\.destinationAccount.userID) == ["M-2"], "order \(orders[number])")
                        let removed = try await client.preferences("card-removed-\(number)").links
                        #expect(removed.isEmpty, "order \(orders[number])")
                    }
                }
                try await stack.verify(covering: .preferenceVersionsContiguous)
            }
        }

        @Test("for a card that is not registered yet takes effect when it is")
        func beforeTheCard() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    #expect(try await stack.deliver(Self.history("holder-early", ["LINKED M-9"])[0]).status == 200)
                    try await stack.inboxIsEmpty(client)
                    let _: Multibrand_V1_Card = try await client.call(
                        "PreferenceService/RegisterCard",
                        Multibrand_V1_RegisterCardRequest.with {
                            $0.cardID = "card-late"
                            $0.userID = "user-late"
                            $0.currencyCode = "USD"
                            $0.sourceUserID = "holder-early"
                        })
                    try await accounts(of: "card-late", become: ["prg_stay": "M-9"], client)
                }
            }
        }

        /// Signed events of one pair, two minutes apart, the last one now.
        private static func history(_ holder: String, _ events: [String]) -> [SignedDelivery] {
            events.enumerated().map { index, event in
                let words = event.split(separator: " ")
                let body =
                    #"{"sourceUserId":"\#(holder)","destinationProgramId":"prg_stay","type":"\#(words[0])","#
                    + #""destinationAccount":{"destinationUserId":"\#(words[1])"}}"#
                return SignedDelivery(body, secondsFromNow: Int64(index - events.count + 1) * 120)
            }
        }

        private func accounts(
            of cardID: String, become wanted: [String: String], _ client: ServiceClient
        ) async throws {
            var seen: [String: String] = [:]
            try await eventually("\(cardID) has \(wanted)", seen: { "\(seen)" }) {
                let links = try await client.preferences(cardID).links
                seen = Dictionary(uniqueKeysWithValues: links.map { ($0.programID, $0.destinationAccount.userID) })
                return seen == wanted
            }
        }
    }
}

extension Stack {
    fileprivate func send(_ type: String, _ holder: String, _ programID: String, account: String) async throws {
        try await sandbox.send([
            SandboxConnectionEvent(
                sourceUserId: holder, destinationProgramId: programID, type: type,
                destinationAccount: ["destinationUserId": account])
        ])
    }

    /// Waits until the service has applied every delivery, and holds or parks none.
    fileprivate func inboxIsEmpty(_ client: ServiceClient) async throws {
        var overview = Multibrand_V1_Overview()
        try await eventually("every delivery is applied", seen: { overview.textFormatString() }) {
            overview = try await client.overview()
            return overview.inboxReceived == 0 && sandbox.deliveryCount(.pending) == 0
        }
        #expect(overview.inboxHeld == 0 && overview.inboxParked == 0)
    }

    /// Waits until the clock shows another second than now.
    fileprivate func nextSecond() async throws {
        let now = try await pool.query("select floor(extract(epoch from now()))::bigint as second")
        let second = try now.first?.get("second", as: Int64.self)
        try await eventually("another second has begun") {
            let later = try await pool.query("select floor(extract(epoch from now()))::bigint as second")
            return try later.first?.get("second", as: Int64.self) != second
        }
    }
}
