import Glibc
import PostgreSQL
import PostgreSQLCluster
import Synchronization
import TestSupport
import Testing

@Suite("Notices of other processes", .timeLimit(.minutes(10)))
struct NoticesTests {
    private enum Heard: Equatable, Sendable {
        case hearing(Bool)
        case notice(String)
    }

    private static let listeners = """
        select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN %'
        """

    private static func notices(_ pool: PostgresPool, patience: Duration = .seconds(300)) -> PostgresNotices {
        PostgresNotices(pool: pool, heartbeat: .milliseconds(50), patience: patience, logger: quietLogger)
    }

    /// Runs notices beside a body, which takes what a subscriber heard.
    private static func listening(
        patience: Duration = .seconds(300),
        _ body: @concurrent (PostgresNotices, PostgresPool, inout AsyncStream<Heard>.Iterator) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let (stream, continuation) = AsyncStream<Heard>.makeStream()
            let notices = notices(pool, patience: patience)
            notices.subscribe(
                to: "changes", onNotice: { continuation.yield(.notice($0)) },
                onHearing: { continuation.yield(.hearing($0)) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await notices.run() }
                var heard = stream.makeAsyncIterator()
                #expect(await heard.next() == .hearing(true))
                try await body(notices, pool, &heard)
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(!notices.isHearing && notices.heardUntil == nil, "after its end nothing is heard")
        }
    }

    @Test("notices are heard in order, and a heartbeat says until when none was missed")
    func heard() async throws {
        try await Self.listening { notices, pool, heard in
            _ = try await pool.query("select pg_notify('changes', 'one'), pg_notify('changes', 'two')")
            let committedBy = ContinuousClock.now
            try await eventually("a heartbeat came back") { notices.heardUntil.map { $0 > committedBy } ?? false }
            // No wait from here on: what was committed before the heartbeat has been heard.
            #expect(await heard.next() == .notice("one"))
            #expect(await heard.next() == .notice("two"))
            #expect(notices.isHearing)
        }
    }

    @Test("a connection that breaks is replaced, and subscribers learn that they may have missed something")
    func broken() async throws {
        try await Self.listening { _, pool, heard in
            _ = try await pool.query("select pg_terminate_backend(pid) from (\(Self.listeners)) l")
            #expect(await heard.next() == .hearing(true))
            _ = try await pool.query("select pg_notify('changes', 'three')")
            #expect(await heard.next() == .notice("three"))
        }
    }

    @Test("a connection that hangs is noticed because heartbeats stay away, and replaced")
    func hanging() async throws {
        // On a busy machine heartbeats stay away from a sound connection too; the test leaves that open.
        try await Self.listening(patience: .milliseconds(500)) { _, pool, heard in
            let pid = pid_t(try await pool.query(Self.listeners)[0].get("pid", as: Int32.self))
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            var next = await heard.next()
            #expect(next == .hearing(false))
            while next != .hearing(true) { next = await heard.next() }
            _ = try await pool.query("select pg_notify('changes', 'four')")
            while next != .notice("four") { next = await heard.next() }
        }
    }

    @Test("a process that is behind has the others look, and none is woken by itself or without need")
    func sharing() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let isBehind = Mutex(false)
            let woken = Mutex<[String]>([])
            let (here, there) = (Self.notices(pool), Self.notices(pool))
            here.share(
                "queue", isBehind: { isBehind.withLock { $0 } }, wake: { woken.withLock { $0.append("here") } })
            there.share("queue", isBehind: { false }, wake: { woken.withLock { $0.append("there") } })
            there.share("other", isBehind: { false }, wake: { woken.withLock { $0.append("other") } })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for notices in [here, there] { group.addTask { try await notices.run() } }
                try await eventually("both hear") { here.heardUntil != nil && there.heardUntil != nil }
                #expect(woken.withLock { $0 } == [])
                isBehind.withLock { $0 = true }
                try await eventually("the other process looks") { woken.withLock { $0.count } > 3 }
                #expect(Set(woken.withLock { $0 }) == ["there"])
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
