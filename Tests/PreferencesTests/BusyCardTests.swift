import Inbox
import PostgreSQL
import Testing

@testable import Preferences

@Suite("A delivery for a card that another transaction holds", .timeLimit(.minutes(15)))
struct BusyCardTests {
    @Test("is put off without counting as a failure, keeps no other delivery waiting, and is applied later")
    func putOff() async throws {
        try await InboxRoom.with { inboxRoom in
            let room = inboxRoom.room
            _ = try await room.register("busy", source: "u-1")
            _ = try await room.register("free", source: "u-2")
            let (held, isHeld) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await room.pool.withTransaction { connection in
                        _ = try await connection.query("select from cards where card_id = 'busy' for update")
                        isHeld.finish()
                        for await _ in released {}
                    }
                }
                for await _ in held {}
                let waiting = try await inboxRoom.deliver(Delivery(source: "u-1", second: 1_000))
                #expect(waiting.status == .received && waiting.attempts == 0 && waiting.reason == nil)
                let other = try await inboxRoom.deliver(Delivery(source: "u-2", second: 1_000))
                #expect(other.status == .applied)
                release.finish()
                try await group.waitForAll()
            }
            #expect(try await room.current("busy").links.isEmpty)
            room.clock.advance(seconds: 1)
            try await inboxRoom.worker.applyDue()
            #expect(try await room.current("busy").links.count == 1)
        }
    }
}
