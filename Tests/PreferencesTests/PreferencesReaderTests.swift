import Cosmo
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import Preferences

/// Reading: memory, history, and announced changes.
@Suite struct PreferencesReaderTests {
    static func notices(_ room: TestRoom) -> PostgresNotices {
        PostgresNotices(
            pool: room.pool, heartbeat: .milliseconds(100), patience: .seconds(300), logger: TestRoom.logger)
    }

    static func reader(_ room: TestRoom, _ notices: PostgresNotices) -> PreferencesReader {
        PreferencesReader(pool: room.pool, notices: notices, cardsMax: 1_000)
    }

    /// Runs the body while a reader listens.
    static func listening(_ room: TestRoom, _ body: @Sendable (PreferencesReader) async throws -> Void) async throws {
        let notices = notices(room)
        let reader = reader(room, notices)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await notices.run() }
            try await body(reader)
            group.cancelAll()
        }
        #expect(reader.cachedCount == 0, "nothing is kept that no notice would correct")
    }

    @Test("without a listener nothing is kept in memory")
    func nothingWithoutListener() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1")
            let reader = Self.reader(room, Self.notices(room))
            _ = try await reader.load("card-1")
            #expect(reader.cached("card-1") == nil)
        }
    }

    @Test("a card that was read is answered from memory until another process changes it")
    func invalidation() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await Self.listening(room) { reader in
                try await eventually("the card is in memory") {
                    _ = try await reader.load("card-1")
                    return reader.cached("card-1") != nil
                }
                #expect(reader.cached("card-1") == (try await reader.load("card-1")))
                // The context of the room is not wired to this reader: the change comes as from another process.
                try await room.deliver(Delivery(second: 1_000), inboxID: 1)
                try await eventually("the change is seen") { try await reader.current("card-1").version == 1 }
            }
        }
    }

    @Test("watching gives the preference at once and after each change")
    func watching() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await Self.listening(room) { reader in
                let seen = Recorder<Int64>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await reader.watch("card-1") { seen.add($0.version) } }
                    try await eventually("the change is seen") { seen.all == [0] }
                    try await room.deliver(Delivery(second: 1_000), inboxID: 1)
                    try await eventually("the change is seen") { seen.all == [0, 1] }
                    try await room.deliver(Delivery(program: "prg_b", second: 1_000), inboxID: 2)
                    try await eventually("the change is seen") { seen.all.last == 2 }
                    group.cancelAll()
                }
                await #expect(throws: PreferencesError.self) { try await reader.watch("nobody") { _ in } }
            }
        }
    }

    @Test("reading back by time meets the version that was in force")
    func asOf() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            try await room.deliver(Delivery(account: "M-2", second: 2_000), inboxID: 2)
            let past = GetPreferencesAsOf(context: room.context)
            func version(_ second: Int64) async throws -> Int64 {
                try await past(
                    "card-1", asOf: PostgresTimestamp(microsecondsSinceEpoch: second * 1_000_000)
                ).version
            }
            await #expect(throws: PreferencesError.self) { try await version(999) }
            #expect(try await version(1_000) == 1)
            #expect(try await version(1_999) == 1)
            #expect(try await version(2_000) == 2)
            await #expect(throws: PreferencesError.self) { try await past("nobody", asOf: .now) }
        }
    }

    @Test("an answer read before a change was announced is not kept")
    func staleLoad() {
        let cache = PreferencesCache(cardsMax: 100)
        cache.reset(isLive: true)
        let before = cache.beginLoad("card-1")
        cache.invalidate("card-1")
        let after = cache.beginLoad("card-1")
        cache.endLoad(before, bytes: [1])
        #expect(cache.bytes("card-1") == nil)
        cache.endLoad(after, bytes: [2])
        #expect(cache.bytes("card-1") == [2])
        cache.invalidate("card-1")
        cache.endLoad(cache.beginLoad("card-1"), bytes: [3])
        #expect(cache.bytes("card-1") == [3])
        let acrossReset = cache.beginLoad("card-1")
        cache.reset(isLive: true)
        cache.endLoad(acrossReset, bytes: [4])
        #expect(cache.bytes("card-1") == nil)
    }

    @Test("a card that is read without a pause is kept again after a change")
    func overlappingLoads() {
        let cache = PreferencesCache(cardsMax: 100)
        cache.reset(isLive: true)
        var underWay = cache.beginLoad("card-1")
        cache.invalidate("card-1")
        for _ in 0..<3 {
            // The next read begins before the one under way ends, as with many callers.
            let next = cache.beginLoad("card-1")
            cache.endLoad(underWay, bytes: [1])
            underWay = next
        }
        #expect(cache.bytes("card-1") == [1])
    }

    @Test("ids that look alike and differ in bytes are different cards")
    func lookAlikes() {
        let cache = PreferencesCache(cardsMax: 100)
        cache.reset(isLive: true)
        cache.endLoad(cache.beginLoad("caf\u{E9}"), bytes: [1])
        #expect(cache.bytes("cafe\u{301}") == nil)
        #expect(cache.bytes("caf\u{E9}") == [1])
    }

    @Test("memory is bounded and keeps what is asked for")
    func bounded() {
        let cache = PreferencesCache(cardsMax: 320)
        cache.reset(isLive: true)
        for index in 0..<5_000 {
            cache.endLoad(cache.beginLoad("card-\(index)"), bytes: [0])
            if index >= 7 { #expect(cache.bytes("card-7") != nil, "after \(index)") }
        }
        #expect(cache.count <= 320)
    }
}
