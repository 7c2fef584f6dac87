import Cosmo
import Inbox
import PostgreSQL
import Testing

@testable import Preferences

/// Valid time and knowledge time.
@Suite struct TwoTimesTests {
    @Test(
        "random histories: every preference of the past is the reference's, and nothing differs when derived again",
        arguments: (1...12).map { UInt64($0) * 7_919 })
    func randomHistories(seed: UInt64) async throws {
        try await InboxRoom.with { room in
            var history = RandomHistory(seed: seed, room: room)
            let isAsExpected = try await history.play(steps: 60)
            #expect(isAsExpected, "seed \(seed): \(history.trail.suffix(12).joined(separator: "; "))")
            guard isAsExpected else { return }
            for (known, card, links) in history.checkpoints where known % 3 == 0 {
                let past = try await room.past(card, knownAt: known)
                #expect(past == links, "seed \(seed): \(card) as known at \(known)")
            }
            for _ in 0..<60 {
                let (valid, known) = (history.randomTime(), history.randomKnowledge())
                let card = RandomHistory.cards[abs(Int(valid % 2))]
                guard history.reference.registered[card] != nil else { continue }
                let past = try await room.past(card, asOf: valid, knownAt: known)
                let expected = history.reference.preference(card, valid: valid, known: known)
                #expect(
                    past == expected,
                    "seed \(seed): \(card) at \(valid) known \(known); \(history.trail.joined(separator: "; "))")
            }
            let page = try await room.rebuild(dryRun: true, by: "op")
            #expect(page.cardsChecked == history.reference.registered.count)
            #expect(page.differences.isEmpty, "seed \(seed): \(page.differences)")
        }
    }

    @Test("an event that came late is valid from its stamp, and was not known before it came")
    func lateEvent() async throws {
        try await InboxRoom.with { room in
            let start = room.room.clock.now.microsecondsSinceEpoch
            _ = try await room.room.register("card-1", source: "u-1")
            room.room.clock.advance(seconds: 1_000)
            try await room.deliver(Delivery(second: start / 1_000_000 + 900))
            let before = room.room.clock.now.microsecondsSinceEpoch
            room.room.clock.advance(seconds: 1_000)
            try await room.deliver(Delivery(program: "prg_b", second: start / 1_000_000 + 500))
            let noon = start + 700_000_000
            #expect(try await room.past("card-1", asOf: noon) == ["prg_b M-1 1"])
            #expect(try await room.past("card-1", asOf: noon, knownAt: before) == [])
            #expect(try await room.past("card-1", asOf: before, knownAt: before) == ["prg_a M-1 1"])
            #expect(try await room.past("card-1", knownAt: start - 1) == [])

            let past = GetPreferencesAsOf(context: room.room.context)
            let late = try await past("card-1", asOf: PostgresTimestamp(microsecondsSinceEpoch: noon))
            // No version ever said this: when it was so, we did not know it.
            #expect(late.version == 0)
            #expect(late.effectiveAt.microsecondsSinceEpoch == start + 500_000_000)
            let now = try await past("card-1")
            #expect(now.version == 2)
            #expect(now.effectiveAt.microsecondsSinceEpoch == start + 900_000_000)
            let changes = try await ListPreferenceChanges(context: room.room.context)(cardID: "card-1").changes
            #expect(changes.map(\.recordedAt.microsecondsSinceEpoch) == [start + 2_000_000_000, before])
            #expect(
                changes.map(\.preferences.effectiveAt.microsecondsSinceEpoch)
                    == [start + 900_000_000, start + 900_000_000])
        }
    }

    @Test("a time before the registration is refused with the time of the registration, unless an event is older")
    func notRegistered() async throws {
        try await InboxRoom.with { room in
            let registered = room.room.clock.now
            let start = registered.microsecondsSinceEpoch
            try await room.deliver(Delivery(second: start / 1_000_000 - 100))
            _ = try await room.room.register("card-1", source: "u-1")
            let past = GetPreferencesAsOf(context: room.room.context)
            let times: [(asOf: Int64, knownAt: Int64, field: String)] = [
                (start - 200_000_000, start, "as_of"), (start, start - 1, "known_at"),
            ]
            for time in times {
                let error = await #expect(throws: PreferencesError.self) {
                    try await past(
                        "card-1", asOf: PostgresTimestamp(microsecondsSinceEpoch: time.asOf),
                        knownAt: PostgresTimestamp(microsecondsSinceEpoch: time.knownAt))
                }
                #expect(error?.reason == .cardNotRegistered && error?.field == time.field)
                #expect(error?.message.contains("\(registered)") == true)
            }
            #expect(try await room.past("card-1", asOf: start - 50_000_000) == ["prg_a M-1 1"])
        }
    }

    @Test("of several versions that say the same, the one in force at the valid time is named")
    func versionNamed() async throws {
        try await InboxRoom.with { room in
            _ = try await room.room.register("card-1", source: "u-1")
            let past = GetPreferencesAsOf(context: room.room.context)
            var times: [PostgresTimestamp] = []
            for account in ["M-1", "M-2", "M-1"] {
                room.room.clock.advance(seconds: 100)
                try await room.deliver(Delivery(account: account, second: room.room.clock.second))
                times.append(room.room.clock.now)
            }
            for (index, time) in times.enumerated() {
                #expect(try await past("card-1", asOf: time).version == Int64(index + 1))
                #expect(try await past("card-1", asOf: time).effectiveAt == time)
                #expect(try await past("card-1", knownAt: time).version == Int64(index + 1))
            }
            // What only says it again does not begin again.
            room.room.clock.advance(seconds: 100)
            try await room.deliver(Delivery(second: room.room.clock.second))
            #expect(try await past("card-1").effectiveAt == times.last)
        }
    }

    @Test("an operator's decision changes what is so from the event's stamp on, and only from when it was known")
    func decision() async throws {
        try await InboxRoom.with { room in
            let start = room.room.clock.now.microsecondsSinceEpoch
            let second = room.room.clock.second
            _ = try await room.room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: second))
            room.room.clock.advance(seconds: 100)
            try await room.deliver(Delivery(account: "M-2", second: second + 90))
            let rival = try await room.deliver(Delivery(account: "M-3", second: second + 90))
            #expect(rival.status == .held)
            let disputed = room.room.clock.now.microsecondsSinceEpoch
            room.room.clock.advance(seconds: 100)
            _ = try await ResolveHeldEvent(context: room.room.context)(inboxID: rival.id, operatorID: "op")
            #expect(try await room.heldIDs().isEmpty)
            let valid = start + 95_000_000
            #expect(try await room.past("card-1", asOf: valid, knownAt: disputed) == ["prg_a M-1 1"])
            #expect(try await room.past("card-1", asOf: valid) == ["prg_a M-3 1"])
            #expect(try await room.past("card-1", asOf: start + 89_999_999) == ["prg_a M-1 1"])
        }
    }

    @Test("parts that come with a link count from the link, even where its stamp runs ahead of our clock")
    func partsWithLink() async throws {
        try await InboxRoom.with { room in
            let start = room.room.clock.now.microsecondsSinceEpoch
            let second = room.room.clock.second
            _ = try await room.room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: second))
            try await room.deliver(Delivery(account: "M-2", second: second + 100))
            try await room.link("prg_a", parts: 5, "r-1")
            #expect(try await room.past("card-1", asOf: start + 50_000_000) == ["prg_a M-1 1"])
            #expect(try await room.past("card-1", asOf: start + 100_000_000) == ["prg_a M-2 1"])
            #expect(try await room.past("card-1", asOf: start + 100_000_001) == ["prg_a M-1 5"])
            // A later allocation takes effect, though our clock is still behind.
            try await room.allocate([("prg_a", 7)], "r-2")
            #expect(try await room.current("card-1") == ["prg_a M-1 7"])
            #expect(try await room.past("card-1") == ["prg_a M-1 7"])
        }
    }

    @Test("times beyond every calendar are the ends of time")
    func endsOfTime() async throws {
        try await InboxRoom.with { room in
            _ = try await room.room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: room.room.clock.second))
            #expect(try await room.past("card-1", asOf: .max, knownAt: .max) == ["prg_a M-1 1"])
            #expect(try await room.past("card-1", asOf: .max - 1, knownAt: .max - 1) == ["prg_a M-1 1"])
            #expect(try await room.past("card-1", asOf: .min, knownAt: .max) == [])
            #expect(try await room.past("card-1", asOf: .min + 1, knownAt: .min + 1) == [])
        }
    }

    @Test("a platform's own call that settles a conflict takes its deliveries off the operator's list")
    func callSettlesConflict() async throws {
        try await InboxRoom.with { room in
            let second = room.room.clock.second
            for card in RandomHistory.cards { _ = try await room.room.register(card, source: "u-1") }
            let first = try await room.deliver(Delivery(second: second))
            let rival = try await room.deliver(Delivery(account: "M-2", second: second))
            #expect(try await room.heldIDs() == [first.id, rival.id])
            room.room.clock.advance(seconds: 10)
            try await room.link("prg_a", card: "card-1", "r-1")
            // The other card still cannot tell.
            #expect(try await room.heldIDs() == [first.id, rival.id])
            try await room.link("prg_a", card: "card-2", "r-2")
            #expect(try await room.heldIDs().isEmpty)
            // A card that is registered now meets the conflict again.
            _ = try await room.room.register("card-3", source: "u-1")
            #expect(try await room.heldIDs() == [first.id, rival.id])
            _ = try await ResolveHeldEvent(context: room.room.context)(inboxID: first.id, operatorID: "op")
            #expect(try await room.heldIDs().isEmpty)
            #expect(try await room.current("card-3") == ["prg_a M-1 1"])
        }
    }
}
