import Cards
import Cosmo
import Deliveries
import PostgreSQL
import Testing

@testable import Preferences

/// Deliveries over the database (I-8).
@Suite struct ConnectionEventTests {
    /// Six deliveries of two programs, with an edit, a removal, a repetition and a conflict in them.
    static let deliveries = [
        Delivery(second: 1_000), Delivery(account: "M-2", second: 1_100), Delivery(type: "DELINKED", second: 1_100),
        Delivery(program: "prg_b", parts: 3, second: 1_050), Delivery(program: "prg_b", parts: 3, second: 1_080),
        Delivery(program: "prg_b", account: "M-3", parts: 5, second: 1_200),
    ]

    @Test("all 720 orders of six deliveries, each with one doubled, end in one state, registered when it may be")
    func ordersConverge() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let orders = Array(Permutations.all(Self.deliveries).enumerated())
            let shapes = try await withThrowingTaskGroup(of: Set<[String]>.self) { group in
                for lane in 0..<6 {
                    group.addTask {
                        var shapes = Set<[String]>()
                        for (index, order) in orders where index % 6 == lane {
                            shapes.insert(try await Self.play(order, index: index, room))
                        }
                        return shapes
                    }
                }
                return try await group.reduce(into: Set<[String]>()) { $0.formUnion($1) }
            }
            #expect(orders.count == 720)
            #expect(shapes.count == 1)
            let lines = try #require(shapes.first)
            #expect(lines.contains("prg_a linked [\"destinationUserId:M-1\"] 0 SAME_STAMP_CONFLICT 1000000000"))
            #expect(lines.contains("prg_b linked [\"destinationUserId:M-3\"] 5 - 1200000000"))
        }
    }

    /// Delivers in one order, one of the deliveries twice, and registers the card somewhere on the way.
    private static func play(_ order: [Delivery], index: Int, _ room: TestRoom) async throws -> [String] {
        let source = "u-\(index)"
        let card = "card-\(index)"
        let registerAfter = index % (order.count + 1)
        for (position, delivery) in (order + [order[index % order.count]]).enumerated() {
            if position == registerAfter { _ = try await room.register(card, source: source) }
            let original = deliveries.firstIndex(of: delivery) ?? 0
            var delivery = delivery
            delivery.source = source
            try await room.deliver(delivery, inboxID: Int64(index * 10 + original + 1))
        }
        return try await room.shape(card)
    }

    @Test("an event before its card is kept and takes effect when the card is registered")
    func eventBeforeCard() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let outcome = try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            #expect(outcome == .applied(note: "NO_CARD_YET"))
            let card = try await room.register("card-1", source: "u-1")
            #expect(card.preferenceVersion == 1)
            let links = try await room.current("card-1").links
            #expect(links.map(\.programID) == ["prg_a"])
            #expect(links.first?.check?.validity == .unchecked)
        }
    }

    @Test("an event that arrives while its card is being registered is missed by neither")
    func eventWhileRegistering() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            for index in 0..<20 {
                let source = "u-\(index)"
                async let delivered = room.deliver(Delivery(source: source, second: 1_000), inboxID: Int64(index + 1))
                async let registered = room.register("card-\(index)", source: source)
                _ = try await (delivered, registered)
                #expect(try await room.current("card-\(index)").links.count == 1)
            }
        }
    }

    @Test("an event reaches every card of its source user, and no other card")
    func cardsShareASource() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            for card in ["card-1", "card-2"] { _ = try await room.register(card, source: "u-1") }
            _ = try await room.register("card-3", source: "u-2")
            let outcome = try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            #expect(outcome == .applied())
            for card in ["card-1", "card-2"] { #expect(try await room.current(card).links.count == 1) }
            #expect(try await room.current("card-3").links.isEmpty)
        }
    }

    @Test("events of one stamp that disagree are held, both of them, until an operator lets one count")
    func conflictIsHeldAndResolved() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            let first = try await room.deliver(Delivery(account: "M-2", second: 2_000), inboxID: 2)
            #expect(first == .applied())
            let second = try await room.deliver(Delivery(type: "DELINKED", second: 2_000), inboxID: 3)
            #expect(second == .held(reason: "SAME_STAMP_CONFLICT"))
            #expect(room.held.all == [2])
            let held = try await room.current("card-1")
            #expect(held.links.first?.account.userID == "M-1")
            #expect(held.links.first?.check?.heldReason == .sameStampConflict)
            #expect(room.waits.all == ["card-1 prg_a"])

            let resolved = try await ResolveHeldEvent(context: room.context)(inboxID: 3, operatorID: "op")
            #expect(resolved.first?.links.isEmpty == true)
            #expect(Set(room.released.all).isSuperset(of: [2, 3]))
            #expect(room.waits.all == ["card-1 prg_a", "card-1 prg_a"])
            // What was discarded comes again, and nobody knows whether its sender had an answer.
            let again = try await room.deliver(Delivery(account: "M-2", second: 2_030), inboxID: 4)
            #expect(again == .held(reason: "MAY_BE_A_RETRY"))
            await #expect(throws: PreferencesError.self) {
                try await ResolveHeldEvent(context: room.context)(inboxID: 3, operatorID: "op")
            }
            await #expect(throws: PreferencesError.self) {
                try await ResolveHeldEvent(context: room.context)(inboxID: 99, operatorID: "op")
            }
        }
    }

    @Test("a newer event settles a conflict and releases its deliveries")
    func newerEventSettles() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 2_000), inboxID: 1)
            try await room.deliver(Delivery(type: "DELINKED", second: 2_000), inboxID: 2)
            try await room.deliver(Delivery(account: "M-9", second: 3_000), inboxID: 3)
            #expect(try await room.current("card-1").links.first?.account.userID == "M-9")
            #expect(Set(room.released.all).isSuperset(of: [1, 2]))
        }
    }

    @Test(
        "a delivery that cannot be understood is parked with its reason and changes nothing",
        arguments: [
            (#"{"sourceUserId":"u-1","destinationProgramId":"prg_a","type":"MERGED"}"#, "1000", "UNKNOWN_EVENT_TYPE"),
            (#"{"destinationProgramId":"prg_a","type":"LINKED"}"#, "1000", "WEBHOOK_FIELD_MISSING"),
            ("[1,2]", "1000", "WEBHOOK_BODY_NOT_AN_OBJECT"),
            ("", "1000", "WEBHOOK_BODY_NOT_AN_OBJECT"),
            (#"{"sourceUserId":"u-1","destinationProgramId":"a,b","type":"LINKED"}"#, "1000", "BAD_IDENTIFIER"),
            (#"{"sourceUserId":"u\u0000","destinationProgramId":"prg_a","type":"LINKED"}"#, "1000", "BAD_IDENTIFIER"),
            (
                #"{"sourceUserId":"u-1","destinationProgramId":"prg_a","type":"LINKED","destinationAccount":"#
                    + #"{"destinationUserId":"a\u0000b"}}"#, "1000", "BAD_ACCOUNT"
            ),
            (
                #"{"sourceUserId":"u-1","destinationProgramId":"prg_a","type":"LINKED","allocation":{"parts":10001}}"#,
                "1000", "WEBHOOK_FIELD_UNUSABLE"
            ),
            (#"{"sourceUserId":"u-1","destinationProgramId":"prg_a","type":"LINKED"}"#, "12x", "BAD_STAMP"),
        ])
    func parked(body: String, stamp: String, reason: String) async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            let apply = ApplyConnectionEvent(
                context: room.context,
                paths: ConnectionEventPayload.Paths(parts: WebhookPayloadPath("allocation.parts")))
            let outcome = try await room.pool.withTransaction { connection in
                try await apply.apply(
                    DueDelivery(inboxID: 1, stamp: stamp, body: Array(body.utf8)), on: connection)
            }
            #expect(outcome == .parked(reason: reason))
            #expect(try await room.current("card-1").version == 0)
        }
    }

    @Test("milliseconds and seconds stamps are one scale")
    func stamps() {
        #expect(ApplyConnectionEvent.stampMicros(of: "1760000000") == 1_760_000_000_000_000)
        #expect(ApplyConnectionEvent.stampMicros(of: "1760000000123") == 1_760_000_000_123_000)
        #expect(ApplyConnectionEvent.stampMicros(of: "") == nil)
        #expect(ApplyConnectionEvent.stampMicros(of: "-1") == nil)
        #expect(ApplyConnectionEvent.stampMicros(of: "99999999999999") == nil)
    }

    @Test("a share of nothing takes the program out of the split")
    func zeroParts() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(parts: 2, second: 1_000), inboxID: 1)
            try await room.deliver(Delivery(parts: 0, second: 1_100), inboxID: 2)
            #expect(try await room.current("card-1").links.isEmpty)
        }
    }

    @Test("an edit keeps the version's history in order, and repeats make no version")
    func versions() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            try await room.deliver(Delivery(program: "prg_b", second: 900), inboxID: 2)
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            try await room.deliver(Delivery(second: 1_030), inboxID: 3)
            let page = try await ListPreferenceChanges(context: room.context)(cardID: "card-1")
            #expect(page.changes.map(\.preferences.version) == [2, 1])
            #expect(page.changes.map(\.cause.id) == ["2", "1"])
            // The event of second 900 came later; the version it made is not in force before the one it replaced.
            #expect(page.changes[0].preferences.effectiveAt == page.changes[1].preferences.effectiveAt)
        }
    }
}
