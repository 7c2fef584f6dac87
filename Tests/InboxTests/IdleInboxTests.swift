import Deliveries
import Logging
import PostgreSQL
import PostgreSQLCluster
import TestSupport
import Testing

@testable import Inbox

/// A worker that does not poll: its poll interval is a day.
@Suite("An idle inbox", .timeLimit(.minutes(10)))
struct IdleInboxTests {
    private static func worker(_ inbox: Inbox, _ pool: PostgresPool) -> InboxWorker {
        InboxWorker(
            inbox: inbox, pool: pool, handlers: [.transaction: HandlerByHand { _, _ in .applied() }],
            configuration: .init(pollInterval: .seconds(86_400)),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    @Test("takes what another process stored and does not work off")
    func ofAnotherProcess() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let (here, elsewhere) = (Inbox(pool: pool), Inbox(pool: pool))
            let (worker, idleWorker) = (Self.worker(here, pool), Self.worker(elsewhere, pool))
            let noticesHere = PostgresNotices(pool: pool, heartbeat: .milliseconds(50), logger: Logger(label: "test"))
            let noticesElsewhere = PostgresNotices(
                pool: pool, heartbeat: .milliseconds(50), logger: Logger(label: "test"))
            noticesHere.share("inbox", isBehind: { worker.isBehind }, wake: { worker.wake() })
            noticesElsewhere.share("inbox", isBehind: { idleWorker.isBehind }, wake: { idleWorker.wake() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                group.addTask { await elsewhere.run() }
                for notices in [noticesHere, noticesElsewhere] { group.addTask { try await notices.run() } }
                try await eventually("both hear") {
                    noticesHere.heardUntil != nil && noticesElsewhere.heardUntil != nil
                }
                for stamp in ["1", "2"] {
                    _ = try await elsewhere.receive(.transaction, stamp: stamp, body: [7], authentication: "s")
                }
                try await eventually("they are applied") { try await here.counts().received == 0 }
                group.cancelAll()
            }
        }
    }

    @Test("takes an entry that was put off when it is due")
    func putOff() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let inbox = Inbox(pool: pool)
            let worker = Self.worker(inbox, pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                var ids: [Int64] = []
                for stamp in ["1", "2", "3"] {
                    ids.append(
                        try await inbox.receive(.transaction, stamp: stamp, body: [7], authentication: "s").id)
                }
                for (id, pause) in zip(ids, [Duration.milliseconds(200), .milliseconds(400), .milliseconds(400)]) {
                    _ = try await pool.query(
                        InboxStore.putOff(
                            id, until: PostgresTimestamp.now.advanced(by: pause), reason: nil, countsAttempt: false))
                }
                group.addTask { try await worker.run() }
                try await eventually("they are applied") { try await inbox.counts().received == 0 }
                group.cancelAll()
            }
        }
    }
}
