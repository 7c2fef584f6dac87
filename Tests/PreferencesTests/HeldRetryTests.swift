import Cosmo
import Inbox
import PostgreSQL
import Testing

@testable import Preferences

/// Words that may be retries, from the raw deliveries to what is shown and what ends it.
@Suite struct HeldRetryTests {
    /// Linked, removed, linked to another account, removed, ten seconds apart; the first removal answered in time or not.
    @discardableResult
    private static func play(_ room: InboxRoom, isAnswered: Bool) async throws -> [InboxEntry] {
        let second = room.room.clock.second
        _ = try await room.room.register("card-1", source: "u-1")
        var entries: [InboxEntry] = []
        for (index, account) in ["M-1", nil, "M-2", nil].enumerated() {
            let delivery = Delivery(
                type: account == nil ? "DELINKED" : "LINKED", account: account ?? "M-1",
                second: second + Int64(index) * 10)
            entries.append(try await room.deliver(delivery, isAnswered: index != 1 || isAnswered))
            room.room.clock.advance(seconds: 10)
        }
        return entries
    }

    private static func waitsUntil(_ room: InboxRoom) async throws -> PostgresTimestamp? {
        try await room.room.pool.withConnection { connection in
            try await FindDestinations()([("card-1", "prg_a")], on: connection)
        }.first??.waitsUntil
    }

    private static func isDerived(_ room: InboxRoom) async throws -> Bool {
        try await room.rebuild(dryRun: true, by: "op").differences.isEmpty
    }

    @Test("a cardholder's removal counts at once when the first one was answered in time")
    func answeredRemovalCounts() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: true)
            #expect(entries.map(\.status) == [.applied, .applied, .applied, .applied])
            #expect(try await room.current("card-1").isEmpty)
            #expect(try await Self.waitsUntil(room) == nil)
            #expect(try await Self.isDerived(room))
        }
    }

    @Test("one that may be a retry is in force, shown as held, and issuing waits for a decision, for so long")
    func unansweredRemovalIsHeld() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            #expect(entries.last?.status == .held)
            #expect(entries.last?.reason == "MAY_BE_A_RETRY")
            #expect(try await room.current("card-1").isEmpty)
            #expect(try await room.heldIDs() == [entries[3].id])
            // Applied ten seconds before now.
            let end = room.room.clock.now.advanced(by: .seconds(3_590))
            #expect(try await Self.waitsUntil(room) == end)
            #expect(try await CountHeldLinks(pool: room.room.pool)()[.mayBeRetry] == 1)
            #expect(try await Self.isDerived(room))
        }
    }

    @Test("an answer that becomes known later settles it, and issuing goes on")
    func lateAnswerSettles() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            let waits = room.room.waits.all.count
            try await room.learnAnswered(entries[1].id)
            #expect(try await room.heldIDs().isEmpty)
            #expect(try await room.inbox.entry(entries[3].id).reason == "RETRY_SETTLED")
            #expect(try await room.current("card-1").isEmpty)
            #expect(try await Self.waitsUntil(room) == nil)
            #expect(room.room.waits.all.count == waits + 1)
            #expect(try await Self.isDerived(room))
        }
    }

    @Test("the very same delivery that comes again and is answered settles it too")
    func exactRepetitionSettles() async throws {
        try await InboxRoom.with { room in
            let second = room.room.clock.second
            let entries = try await Self.play(room, isAnswered: false)
            let again = try await room.deliver(Delivery(type: "DELINKED", second: second + 10))
            #expect(again.id == entries[1].id)
            try await room.learnAnswered(again.id)
            #expect(try await room.heldIDs().isEmpty)
        }
    }

    @Test("an operator says that it is the cardholder's word: it stays, and nothing waits")
    func operatorConfirms() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            _ = try await ResolveHeldEvent(context: room.room.context)(inboxID: entries[3].id, operatorID: "op")
            #expect(try await room.current("card-1").isEmpty)
            #expect(try await room.heldIDs().isEmpty)
            #expect(try await Self.waitsUntil(room) == nil)
            #expect(try await Self.isDerived(room))
            await #expect(throws: PreferencesError.self) {
                try await ResolveHeldEvent(context: room.room.context)(
                    inboxID: entries[3].id, verdict: .isRetry, operatorID: "op")
            }
        }
    }

    @Test("an operator says that it is a retry: the word before it is in force again")
    func operatorDiscards() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            _ = try await ResolveHeldEvent(context: room.room.context)(
                inboxID: entries[3].id, verdict: .isRetry, operatorID: "op")
            #expect(try await room.current("card-1") == ["prg_a M-2 1"])
            #expect(try await room.past("card-1") == ["prg_a M-2 1"])
            #expect(try await room.heldIDs().isEmpty)
            #expect(try await Self.waitsUntil(room) == nil)
            #expect(try await Self.isDerived(room))
        }
    }

    @Test("with a repetition of it, both are held and both are discarded")
    func operatorDiscardsRepetitions() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            let repeated = try await room.deliver(
                Delivery(type: "DELINKED", second: room.room.clock.second), isAnswered: true)
            #expect(try await room.heldIDs() == [entries[3].id, repeated.id])
            _ = try await ResolveHeldEvent(context: room.room.context)(
                inboxID: repeated.id, verdict: .isRetry, operatorID: "op")
            #expect(try await room.current("card-1") == ["prg_a M-2 1"])
            #expect(try await room.heldIDs().isEmpty)
        }
    }

    @Test("a conflict is not resolved by calling one side a retry")
    func conflictIsNoRetry() async throws {
        try await InboxRoom.with { room in
            let second = room.room.clock.second
            _ = try await room.room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: second))
            let rival = try await room.deliver(Delivery(type: "DELINKED", second: second))
            await #expect(throws: PreferencesError.self) {
                try await ResolveHeldEvent(context: room.room.context)(
                    inboxID: rival.id, verdict: .isRetry, operatorID: "op")
            }
        }
    }

    @Test("a newer word of the pair ends it, and so does a platform's own call")
    func newerWordEnds() async throws {
        for byCall in [false, true] {
            try await InboxRoom.with { room in
                try await Self.play(room, isAnswered: false)
                if byCall {
                    try await room.link("prg_a", account: "M-7", "r-1")
                } else {
                    try await room.deliver(Delivery(account: "M-7", second: room.room.clock.second))
                }
                #expect(try await room.current("card-1") == ["prg_a M-7 1"])
                #expect(try await room.heldIDs().isEmpty)
                #expect(try await Self.waitsUntil(room) == nil)
                #expect(try await Self.isDerived(room))
            }
        }
    }

    @Test("a card that is registered later meets the question as it is")
    func registeredLater() async throws {
        try await InboxRoom.with { room in
            let entries = try await Self.play(room, isAnswered: false)
            try await room.delinkAndRelink()
            #expect(try await room.heldIDs().isEmpty)
            _ = try await room.room.register("card-2", source: "u-1")
            #expect(try await room.heldIDs() == [entries[3].id])
        }
    }
}

extension InboxRoom {
    /// The platform's own calls about the first card.
    fileprivate func delinkAndRelink() async throws {
        try await link("prg_a", account: "M-7", "r-1")
        try await delink("prg_a", "r-2")
    }
}
