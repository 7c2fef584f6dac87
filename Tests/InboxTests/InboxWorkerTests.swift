import Deliveries
import Logging
import PostgreSQL
import PostgreSQLCluster
import Synchronization
import TestSupport
import Testing

@testable import Inbox

/// Applying deliveries.
@Suite struct InboxWorkerTests {
    struct Failure: Error {}

    final class Clock: Sendable {
        private let micros = Mutex<Int64>(1_760_000_000_000_000)
        var now: PostgresTimestamp { PostgresTimestamp(microsecondsSinceEpoch: micros.withLock { $0 }) }
        func advance(_ duration: Duration) { micros.withLock { $0 += duration.components.seconds * 1_000_000 } }
    }

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    struct Bench: Sendable {
        let pool: PostgresPool
        let inbox: Inbox
        let clock: Clock

        func worker(
            _ handler: any DeliveryHandler, configuration: InboxWorker.Configuration = InboxWorker.Configuration()
        ) -> InboxWorker {
            InboxWorker(
                inbox: inbox, pool: pool, handlers: [.transaction: handler], configuration: configuration,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { clock.now },
                random: { $0.upperBound })
        }

        func receive(_ stamp: String, kind: InboxKind = .transaction) async throws -> Int64 {
            try await inbox.receive(kind, stamp: stamp, body: [7], authentication: "s").id
        }
    }

    static func with(_ body: @Sendable (Bench) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let clock = Clock()
            let inbox = Inbox(pool: pool, now: { clock.now })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                try await body(Bench(pool: pool, inbox: inbox, clock: clock))
                group.cancelAll()
            }
        }
    }

    @Test("a worker with nothing to do looks once a poll interval, and an arrival still wakes it at once")
    func idles() async throws {
        try await Self.with { bench in
            let looks = Mutex(0)
            let handler = HandlerByHand { _, _ in .applied() }
            func worker(every interval: Duration) -> InboxWorker {
                InboxWorker(
                    inbox: bench.inbox, pool: bench.pool, handlers: [.transaction: handler],
                    configuration: .init(concurrency: 1, pollInterval: interval),
                    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                    now: {
                        looks.withLock { $0 += 1 }
                        return bench.clock.now
                    })
            }
            let polling = worker(every: .milliseconds(100))
            await withThrowingTaskGroup(of: Void.self) { group in
                let start = ContinuousClock.now
                group.addTask { try await polling.run() }
                while looks.withLock({ $0 }) < 6 { await Task.yield() }
                #expect(start.duration(to: .now) >= .milliseconds(500), "five pauses lie between six looks")
                group.cancelAll()
            }
            let woken = worker(every: .seconds(600))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await woken.run() }
                for stamp in ["1", "2", "3"] {
                    _ = try await bench.receive(stamp)
                    try await eventually("the delivery is applied") { try await bench.inbox.counts().received == 0 }
                }
                group.cancelAll()
            }
        }
    }

    @Test("an inbox that is away is looked for later and later, and logged once however many loops look")
    func outage() async throws {
        try await Self.with { bench in
            let log = RecordedLog()
            let spans = Mutex<[ClosedRange<Int64>]>([])
            func worker(loops: Int) -> InboxWorker {
                InboxWorker(
                    inbox: bench.inbox, pool: bench.pool,
                    handlers: [.transaction: HandlerByHand { _, _ in .applied() }],
                    configuration: .init(concurrency: loops, pollInterval: .milliseconds(8)), logger: log.logger,
                    now: { bench.clock.now },
                    random: { span in
                        spans.withLock { $0.append(span) }
                        return span.lowerBound
                    })
            }
            _ = try await bench.receive("1")
            try await bench.pool.withConnection { try await $0.execute("alter table inbox rename to away") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let alone = worker(loops: 1)
                group.addTask { try await alone.run() }
                try await eventually("it was tried five times") { spans.withLock { $0.count } >= 5 }
                group.cancelAll()
            }
            let first = spans.withLock { Array($0.prefix(5)) }
            #expect(first == [4000...8000, 8000...16_000, 16_000...32_000, 32_000...64_000, 64_000...128_000])
            #expect(log.all == ["warning reading the inbox failed; will retry until it succeeds"])

            spans.withLock { $0 = [] }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let four = worker(loops: 4)
                group.addTask { try await four.run() }
                try await eventually("it was tried twelve times") { spans.withLock { $0.count } >= 12 }
                #expect(log.all.count == 2)
                try await bench.pool.withConnection { try await $0.execute("alter table away rename to inbox") }
                try await eventually("the end is logged") { log.all.count == 3 }
                try await eventually("the deliveries are applied") { try await bench.inbox.counts().received == 0 }
                group.cancelAll()
            }
            #expect(log.all.last == "notice reading the inbox succeeds again")
            #expect(log.all.count == 3)
        }
    }

    @Test(
        "each verdict settles the entry as it says",
        arguments: [
            (DeliveryVerdict.applied(), InboxStatus.applied, nil),
            (.applied(note: "NO_CARD_YET"), .applied, "NO_CARD_YET"),
            (.held(reason: "SAME_STAMP_CONFLICT"), .held, "SAME_STAMP_CONFLICT"),
            (.parked(reason: "UNKNOWN_EVENT_TYPE"), .parked, "UNKNOWN_EVENT_TYPE"),
            (.retry(after: .seconds(30), reason: "NOT_YET"), .received, "NOT_YET"),
        ] as [(DeliveryVerdict, InboxStatus, String?)])
    func verdicts(verdict: DeliveryVerdict, status: InboxStatus, reason: String?) async throws {
        try await Self.with { bench in
            let id = try await bench.receive("1")
            #expect(try await bench.worker(HandlerByHand { _, _ in verdict }).applyDue() == 1)
            let entry = try await bench.inbox.entry(id)
            #expect(entry.status == status && entry.reason == reason)
            #expect((entry.dueAt == nil) == (status != .received))
            #expect((entry.settledAt == nil) == (status == .received))
            #expect(entry.attempts == (status == .received ? 1 : 0))
            let counts = try await bench.inbox.counts()
            #expect(counts.received == (status == .received ? 1 : 0))
            #expect(counts.held == (status == .held ? 1 : 0))
            #expect(counts.parked == (status == .parked ? 1 : 0))
        }
    }

    @Test("deliveries are applied in the order they came, and kinds without a handler wait")
    func order() async throws {
        try await Self.with { bench in
            let log = Log()
            for stamp in ["a", "b", "c"] {
                _ = try await bench.receive(stamp)
                bench.clock.advance(.seconds(1))
            }
            let other = try await bench.receive("x", kind: .programConnection)
            let worker = bench.worker(
                HandlerByHand { entry, _ in
                    log.add(entry.stamp)
                    return .applied()
                })
            #expect(try await worker.applyDue() == 3)
            #expect(log.all == ["a", "b", "c"])
            #expect(try await bench.inbox.entry(other).status == .received)
        }
    }

    @Test("a handler's effects and the entry's end are one transaction")
    func oneTransaction() async throws {
        try await Self.with { bench in
            let id = try await bench.receive("1")
            _ = try await bench.pool.query("create table effects (inbox_id bigint)")
            let fails = Mutex(true)
            let worker = bench.worker(
                HandlerByHand { entry, connection in
                    _ = try await connection.query("insert into effects values ($1)", [.int8(entry.inboxID)])
                    if fails.withLock({ $0 }) { throw Failure() }
                    return .applied()
                })
            #expect(try await worker.applyDue() == 1)
            #expect(try await bench.pool.query("select * from effects").isEmpty)
            let failed = try await bench.inbox.entry(id)
            #expect(failed.status == .received && failed.attempts == 1 && failed.reason == "HANDLER_FAILED")
            fails.withLock { $0 = false }
            #expect(try await worker.applyDue() == 0)
            bench.clock.advance(.seconds(1))
            #expect(try await worker.applyDue() == 1)
            #expect(try await bench.pool.query("select * from effects").count == 1)
            #expect(try await bench.inbox.entry(id).status == .applied)
        }
    }

    @Test("a handler that keeps failing parks its entry, and replaying gives it another chance")
    func parkedAfterFailures() async throws {
        try await Self.with { bench in
            let id = try await bench.receive("1")
            let worker = bench.worker(HandlerByHand { _, _ in throw Failure() })
            for _ in 0..<12 {
                #expect(try await worker.applyDue() == 1)
                bench.clock.advance(.seconds(301))
            }
            let parked = try await bench.inbox.entry(id)
            #expect(parked.status == .parked && parked.reason == "HANDLER_FAILED")
            #expect(try await worker.applyDue() == 0)
            let replayed = try await bench.inbox.replay(id)
            #expect(replayed.status == .received && replayed.attempts == 0)
            #expect(try await bench.worker(HandlerByHand { _, _ in .applied() }).applyDue() == 1)
            #expect(try await bench.inbox.entry(id).status == .applied)
        }
    }

    @Test("a handler hears of each entry that was applied or held, after its commit, and of no other")
    func committed() async throws {
        try await Self.with { bench in
            let ids = [try await bench.receive("1"), try await bench.receive("2"), try await bench.receive("3")]
            let log = Log()
            let handler = HandlerByHand(committed: { log.add("committed") }) { delivery, _ in
                log.add("apply")
                return delivery.inboxID == ids[0]
                    ? .applied() : delivery.inboxID == ids[1] ? .held(reason: "X") : .parked(reason: "Y")
            }
            #expect(try await bench.worker(handler).applyDue() == 3)
            #expect(log.all == ["apply", "committed", "apply", "committed", "apply"])
        }
    }

    @Test("preparation runs outside the transaction, only when asked for, and its result reaches the handler")
    func preparation() async throws {
        try await Self.with { bench in
            let id = try await bench.receive("1")
            let log = Log()
            let worker = bench.worker(
                HandlerByHand(
                    prepare: { entry in
                        // A statement of its own transaction proves that none is open here.
                        _ = try await bench.pool.withTransaction { try await $0.query("select 1") }
                        log.add("prepare")
                        return "prepared \(entry.inboxID)"
                    },
                    apply: { _, prepared, _ in
                        log.add(prepared ?? "nothing")
                        return prepared == nil ? .prepare : .applied(note: "DONE")
                    }))
            #expect(try await worker.applyDue() == 1)
            #expect(log.all == ["nothing", "prepare", "prepared \(id)"])
            #expect(try await bench.inbox.entry(id).reason == "DONE")
        }
    }

    @Test("a failing preparation counts as a failure and leaves the entry to be tried again")
    func failingPreparation() async throws {
        try await Self.with { bench in
            let id = try await bench.receive("1")
            let handler = HandlerByHand(
                prepare: { (_: DueDelivery) async throws -> Int in throw Failure() },
                apply: { _, _, _ in .prepare })
            let worker = bench.worker(handler)
            #expect(try await worker.applyDue() == 1)
            let entry = try await bench.inbox.entry(id)
            #expect(entry.status == .received && entry.attempts == 1)
        }
    }

    @Test("several workers at once apply each delivery exactly once, woken as they arrive")
    func manyWorkers() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let inbox = Inbox(pool: pool)
            _ = try await pool.query("create table effects (inbox_id bigint)")
            let handler = HandlerByHand { entry, connection in
                _ = try await connection.query("insert into effects values ($1)", [.int8(entry.inboxID)])
                return .applied()
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                for _ in 0..<2 {
                    group.addTask {
                        try await InboxWorker(
                            inbox: inbox, pool: pool, handlers: [.transaction: handler],
                            configuration: .init(concurrency: 3, pollInterval: .seconds(600)),
                            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
                        ).run()
                    }
                }
                for index in 0..<200 {
                    _ = try await inbox.receive(.transaction, stamp: "\(index)", body: [1], authentication: "s")
                }
                try await eventually("all are applied") { try await inbox.counts().received == 0 }
                group.cancelAll()
            }
            let row = try await pool.query(
                "select count(*) as all_rows, count(distinct inbox_id) as different from effects"
            ).first
            #expect(try row?.get("all_rows", as: Int64.self) == 200)
            #expect(try row?.get("different", as: Int64.self) == 200)
        }
    }

    @Test("another room shows applied deliveries as held, and held ones as applied, and no others")
    func holdAndRelease() async throws {
        try await Self.with { bench in
            let applied = try await bench.receive("1")
            _ = try await bench.worker(HandlerByHand { _, _ in .applied() }).applyDue()
            let waiting = try await bench.receive("2")
            let ids = [applied, waiting]
            _ = try await bench.pool.withTransaction { connection in
                try await connection.pipeline(
                    InboxStore().hold(ids, reason: "SAME_STAMP_CONFLICT", now: bench.clock.now))
            }
            #expect(try await bench.inbox.entry(applied).status == .held)
            #expect(try await bench.inbox.entry(waiting).status == .received)
            _ = try await bench.pool.withTransaction { connection in
                try await connection.pipeline(InboxStore().release(ids, reasons: [:], now: bench.clock.now))
            }
            #expect(try await bench.inbox.entry(applied).status == .applied)
            #expect(try await bench.inbox.entry(applied).reason == "SAME_STAMP_CONFLICT")
            #expect(try await bench.inbox.entry(waiting).status == .received)
        }
    }
}
