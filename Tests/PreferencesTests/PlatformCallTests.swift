import Cards
import Cosmo
import Deliveries
import PostgreSQL
import Rewards
import Testing

@testable import Preferences

/// RegisterCard, SetAllocation, LinkProgram and DelinkProgram.
@Suite struct PlatformCallTests {
    static func link(_ room: TestRoom, _ program: String, _ request: String, parts: Int? = nil) async throws
        -> PreferencesAnswer
    {
        try await LinkProgram(context: room.context)(
            LinkProgram.Request(
                cardID: "card-1", programID: program, account: CosmoAccount(userID: "M-1"), parts: parts,
                requestID: request))
    }

    static func allocate(
        _ room: TestRoom, _ shares: [(String, Int)], _ request: String, version: Int64 = 0, card: String = "card-1"
    ) async throws -> PreferencesAnswer {
        try await SetAllocation(context: room.context)(
            SetAllocation.Request(
                cardID: card, shares: shares.map { SetAllocation.Share(programID: $0.0, parts: $0.1) },
                expectedVersion: version, requestID: request))
    }

    static func reason(_ body: () async throws -> Void) async -> PreferencesError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? PreferencesError)?.reason
        }
    }

    @Test("an equal registration gives the card again; other facts are refused")
    func registration() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let register = RegisterCard(context: room.context)
            let request = RegisterCard.Request(cardID: "card-1", userID: "u", currencyCode: "USD")
            let first = try await register(request)
            #expect(!first.isReplayed)
            #expect(first.card.sourceUserID.hasPrefix("mb_") && first.card.sourceUserID.utf8.count == 35)
            let second = try await register(request)
            #expect(second.isReplayed && second.card == first.card)
            var named = request
            named.sourceUserID = first.card.sourceUserID
            #expect(try await register(named).isReplayed)
            for change in [
                { (request: inout RegisterCard.Request) in request.userID = "other" },
                { $0.currencyCode = "EUR" }, { $0.sourceUserID = "elsewhere" },
            ] {
                var other = request
                change(&other)
                let refused = other
                #expect(await Self.reason { _ = try await register(refused) } == .cardConflict)
            }
        }
    }

    @Test("a card program is kept, is one of the card's facts, and changes no hash when there is none")
    func cardProgram() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let register = RegisterCard(context: room.context)
            let plain = RegisterCard.Request(cardID: "card-1", userID: "u", currencyCode: "USD")
            let gold = RegisterCard.Request(
                cardID: "card-2", userID: "u", currencyCode: "USD", cardProgram: "gold")
            #expect(try await register(plain).card.cardProgram.isEmpty)
            #expect(try await register(gold).card.cardProgram == "gold")
            #expect(try await register(gold).isReplayed)
            #expect(try await ListCards(context: room.context)().cards.map(\.cardProgram) == ["", "gold"])
            for (request, program) in [(plain, "gold"), (gold, ""), (gold, "platinum")] {
                var other = request
                other.cardProgram = program
                let refused = other
                #expect(await Self.reason { _ = try await register(refused) } == .cardConflict)
            }
            var bad = plain
            bad.cardProgram = "a\nb"
            let refused = bad
            #expect(await Self.reason { _ = try await register(refused) } == .invalidArgument)
            // What a card registered before there were card programs has stored.
            let hash = try await room.pool.first(CardStore.requestHash("card-1"))
            #expect(hash == PreferenceRequestStore.hash(["card-1", "u", "USD", ""]))
        }
    }

    @Test("fifty equal registrations at once make one card")
    func concurrentRegistration() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let register = RegisterCard(context: room.context)
            let answers = try await withThrowingTaskGroup(of: RegisterCard.Answer.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await register(RegisterCard.Request(cardID: "c", userID: "u", currencyCode: "JPY"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count(where: { !$0.isReplayed }) == 1)
            #expect(Set(answers.map(\.card)).count == 1)
        }
    }

    @Test(
        "bad ids and currencies are refused with the field's name",
        arguments: [
            ("", "u", "USD", "card_id"), (String(repeating: "x", count: 129), "u", "USD", "card_id"),
            ("a\u{0}b", "u", "USD", "card_id"), ("a\nb", "u", "USD", "card_id"), ("c", "", "USD", "user_id"),
            ("c", "u", "usd", "currency_code"), ("c", "u", "XYZ", "currency_code"), ("c", "u", "", "currency_code"),
        ])
    func badRegistration(card: String, user: String, currency: String, field: String) async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            do {
                _ = try await RegisterCard(context: room.context)(
                    RegisterCard.Request(cardID: card, userID: user, currencyCode: currency))
                Issue.record("it was registered")
            } catch let error as PreferencesError {
                #expect(error.field == field)
                #expect(error.outcome == .notApplied)
            }
            let count = try await room.pool.query("select count(*) as cards from cards").first?.get(
                "cards", as: Int64.self)
            #expect(count == 0)
        }
    }

    @Test("shares are set, kept for programs not named, and taken up by newcomers on average")
    func allocation() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            _ = try await Self.link(room, "prg_a", "r1")
            _ = try await Self.link(room, "prg_b", "r2")
            let set = try await Self.allocate(room, [("prg_a", 70), ("prg_b", 30)], "r3")
            #expect(set.preferences.version == 3)
            #expect(set.preferences.links.map(\.parts) == [70, 30])
            let linked = try await Self.link(room, "prg_c", "r4")
            #expect(linked.preferences.links.map(\.parts) == [70, 30, 50])
            let partial = try await Self.allocate(room, [("prg_b", 50)], "r5", version: 4)
            #expect(partial.preferences.links.map(\.parts) == [70, 50, 60])
            #expect(try await room.current("card-1").links.map(\.parts) == [70, 50, 60])
        }
    }

    @Test("an allocation that changes nothing makes no version")
    func idleAllocation() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            _ = try await Self.link(room, "prg_a", "r1")
            let first = try await Self.allocate(room, [("prg_a", 1)], "r2")
            #expect(first.preferences.version == 1)
            #expect(try await Self.allocate(room, [("prg_a", 1)], "r2").isReplayed)
        }
    }

    @Test("refusals come in the documented order and leave nothing")
    func refusals() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            #expect(await Self.reason { _ = try await Self.allocate(room, [("prg_a", 1)], "r") } == .unknownCard)
            _ = try await room.register("card-1")
            _ = try await Self.link(room, "prg_a", "r1")
            _ = try await Self.link(room, "prg_b", "r2")
            _ = try await Self.allocate(room, [("prg_a", 2)], "r3")
            #expect(
                await Self.reason { _ = try await Self.allocate(room, [("prg_x", 9)], "r3", version: 1) }
                    == .requestConflict)
            #expect(
                await Self.reason { _ = try await Self.allocate(room, [("prg_x", 9)], "r4", version: 1) }
                    == .versionMismatch)
            #expect(await Self.reason { _ = try await Self.allocate(room, [("prg_x", 9)], "r4") } == .notLinked)
            #expect(
                await Self.reason { _ = try await Self.allocate(room, [("prg_a", 9_999), ("prg_b", 7)], "r4") }
                    == .tooManyParts)
            for shares in [[("prg_a", 0)], [("prg_a", 10_001)], [], [("prg_a", 1), ("prg_a", 2)], [("prg a", 1)]] {
                #expect(await Self.reason { _ = try await Self.allocate(room, shares, "r4") } == .invalidArgument)
            }
            // The request id of the refusals is still free.
            #expect(!(try await Self.allocate(room, [("prg_a", 4), ("prg_b", 4)], "r4").isReplayed))
        }
    }

    @Test("fifty concurrent equal allocations make one version, and all get it")
    func concurrentAllocation() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            _ = try await Self.link(room, "prg_a", "r1")
            _ = try await Self.link(room, "prg_b", "r2")
            let answers = try await withThrowingTaskGroup(of: PreferencesAnswer.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await Self.allocate(room, [("prg_a", 5), ("prg_b", 1)], "r3") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count(where: { !$0.isReplayed }) == 1)
            #expect(Set(answers.map(\.preferences.version)) == [3])
            #expect(try await room.current("card-1").version == 3)
        }
    }

    @Test("a removal and a new link right after it both take effect, each once")
    func linkAndDelink() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            _ = try await Self.link(room, "prg_a", "r1", parts: 9)
            let delink = DelinkProgram(context: room.context)
            let request = DelinkProgram.Request(cardID: "card-1", programID: "prg_a", requestID: "r2")
            #expect(try await delink(request).preferences.links.isEmpty)
            #expect(try await delink(request).isReplayed)
            let again = try await Self.link(room, "prg_a", "r3")
            #expect(again.preferences.links.map(\.parts) == [9])
            #expect(again.preferences.version == 3)
            #expect(try await Self.link(room, "prg_a", "r1", parts: 9).preferences.version == 1)
            #expect(
                await Self.reason {
                    _ = try await delink(
                        DelinkProgram.Request(cardID: "card-1", programID: "prg_b", requestID: "r4"))
                } == .notLinked)
            #expect(await Self.reason { _ = try await Self.link(room, "prg_a", "r2") } == .requestConflict)
        }
    }

    @Test("a platform's removal wins over a webhook whose clock runs ahead")
    func removalAfterFutureEvent() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            let ahead = room.clock.now.microsecondsSinceEpoch / 1_000_000 + 200
            try await room.deliver(Delivery(second: ahead), inboxID: 1)
            let answer = try await DelinkProgram(context: room.context)(
                DelinkProgram.Request(cardID: "card-1", programID: "prg_a", requestID: "r1"))
            #expect(answer.preferences.links.isEmpty)
        }
    }

    @Test("links are refused beyond sixteen, for unknown programs, and without the fields a program requires")
    func linkRefusals() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            #expect(await Self.reason { _ = try await Self.link(room, "other", "r") } == .unknownProgram)
            #expect(await Self.reason { _ = try await Self.link(room, "prg_mail", "r") } == .missingAccountField)
            for index in 0..<16 { _ = try await Self.link(room, "prg_\(index)", "r\(index)") }
            #expect(await Self.reason { _ = try await Self.link(room, "prg_16", "r16") } == .tooManyLinks)
            #expect(try await Self.link(room, "prg_3", "r17").preferences.links.count == 16)
            let outcome = try await room.deliver(
                Delivery(
                    source: try await ListCards(context: room.context).card("card-1").sourceUserID,
                    program: "prg_16", second: room.clock.now.microsecondsSinceEpoch / 1_000_000 + 5), inboxID: 1)
            #expect(outcome == .applied(note: "TOO_MANY_LINKS"))
        }
    }

    @Test("cards list in pages without gaps, and a foreign token is refused")
    func listing() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            for index in 0..<7 { _ = try await room.register("card-\(index)") }
            let list = ListCards(context: room.context)
            var seen: [String] = []
            var token = ""
            repeat {
                let page = try await list(pageSize: 3, pageToken: token)
                seen += page.cards.map(\.cardID)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(seen == (0..<7).map { "card-\($0)" })
            #expect(await Self.reason { _ = try await list(pageToken: "%%%") } == .badPageToken)
            #expect(await Self.reason { _ = try await list(pageSize: -1) } == .invalidArgument)
            #expect(try await list(pageSize: 501).cards.count == 7)
            let changes = ListPreferenceChanges(context: room.context)
            #expect(
                await Self.reason { _ = try await changes(cardID: "card-1", pageToken: "x") } == .badPageToken)
            #expect(await Self.reason { _ = try await changes(cardID: "nobody") } == .unknownCard)
        }
    }
}
