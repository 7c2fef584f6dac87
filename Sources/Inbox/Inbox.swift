import Cryptography
package import Logging
import Metrics
package import OperatorRecord
package import PostgreSQL
import Rewards
import Waiting

/// Where webhook deliveries are stored before they are answered (I-11).
///
/// Run `run()` beside it: deliveries that arrive together are committed together, each answered after the commit.
///
/// **Concurrency**: safe from any task.
package final class Inbox: Sendable {
    /// The result of storing a delivery.
    package enum Received: Sendable, Hashable {
        /// It is on disk, under this number.
        case stored(Int64)
        /// It was on disk already, under this number; it is counted there.
        case repeated(Int64)

        /// The number of the row it is in.
        package var id: Int64 {
            switch self {
            case .stored(let id), .repeated(let id): id
            }
        }
    }

    private let pool: PostgresPool
    private let now: @Sendable () -> PostgresTimestamp
    private let committer: GroupCommitter<InboxStore.Delivery, Received>
    private let answers: InboxAnswers
    let arrivals = Signal()

    /// Makes an inbox.
    ///
    /// - Parameters:
    ///   - pool: the database.
    ///   - lanes: how many transactions store deliveries at once.
    ///   - deliveriesWaitingMax: how many deliveries may wait to be stored; more are refused with `INBOX_FULL`.
    ///   - now: the clock.
    package init(
        pool: PostgresPool, lanes: Int = 2, deliveriesWaitingMax: Int = 16_384,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger = Logger(label: "multibrand.inbox")
    ) {
        self.pool = pool
        answers = InboxAnswers(pool: pool, logger: logger)
        self.now = now
        let arrivals = arrivals
        committer = GroupCommitter(lanes: lanes, itemsPerBatchMax: 256, itemsQueuedMax: deliveriesWaitingMax) { batch in
            try await InboxCommit.run(batch, pool: pool, onStored: { arrivals.raise() })
        }
    }

    /// Stores deliveries and answers until ``shutDown()`` is called or the task is cancelled. What waits at a shutdown
    /// is stored first.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.committer.run() }
            group.addTask { await self.answers.run() }
            await group.waitForAll()
        }
    }

    /// Has ``run()`` store what waits and return.
    package func shutDown() {
        committer.shutDown()
        answers.shutDown()
    }

    /// Notes that a delivery was answered with 2xx while its sender still waited, so that no retry of it will come.
    ///
    /// Returns at once; the note is stored in the background, and lost if the process dies before.
    ///
    /// - Parameter id: the row that `receive` gave.
    package func noteAnswered(_ id: Int64) { answers.note(id, at: now()) }

    /// Stores that a delivery was answered while its sender still waited, and returns when it is stored.
    ///
    /// **Errors**: `PostgresError`.
    package func storeAnswered(_ id: Int64) async throws { try await InboxAnswers.store([(id, now())], pool) }

    /// Stores a verified delivery and returns when it is on disk.
    ///
    /// - Parameters:
    ///   - kind: which address it was sent to.
    ///   - stamp: the `x-timestamp` header as sent; nil when the mode sends none; the second of arrival is used then.
    ///   - body: the raw body.
    ///   - authentication: what vouched for it, by name.
    /// **Guarantees**: the same kind, stamp and body is one row however often it comes (I-8).
    /// **Errors**: `InboxError` with `INBOX_FULL` or `SHUTTING_DOWN`; `PostgresError`; `CancellationError` when nothing
    /// was begun. After `commitOutcomeUnknown` the delivery may be stored; receiving it again is harmless.
    package func receive(
        _ kind: InboxKind, stamp: String?, body: [UInt8], authentication: String
    ) async throws -> Received {
        let receivedAt = now()
        let second = String(receivedAt.microsecondsSinceEpoch / 1_000_000)
        let delivery = InboxStore.Delivery(
            kind: kind, stamp: stamp ?? second, body: body, bodyDigest: SHA256.digest(body),
            authentication: authentication, receivedAt: receivedAt)
        do {
            return try await committer.submit(delivery)
        } catch let error as GroupCommitError {
            throw InboxError(error)
        }
    }

    /// One delivery with its raw body, which holds personal data.
    ///
    /// - Parameter audit: Recorded in the same transaction, since who looks at a body is to be known: without it no
    ///   body is shown.
    /// **Errors**: `InboxError` with `UNKNOWN_INBOX_ENTRY`; `PostgresError`.
    package func entry(_ id: Int64, audit: AuditEntry? = nil) async throws -> InboxEntry {
        guard let audit else {
            guard let entry = try await pool.first(InboxStore.find(id)) else { throw InboxError.unknownEntry }
            return entry
        }
        return try await pool.withTransaction { connection in
            // An error undoes the record, so that both go in one round trip.
            let (found, _) = try await connection.pipeline(InboxStore.find(id), audit.statement)
            guard let entry = found.first else { throw InboxError.unknownEntry }
            return entry
        }
    }

    /// Makes a delivery wait for the worker again, whatever had become of it; safe, since applying is a function of the
    /// set of deliveries (I-8).
    ///
    /// - Parameter audit: Recorded in the same transaction (I-12).
    /// **Errors**: `InboxError` with `UNKNOWN_INBOX_ENTRY`; `PostgresError`.
    package func replay(_ id: Int64, audit: AuditEntry? = nil) async throws -> InboxEntry {
        let entry = try await pool.withLine("inbox:\(id)") {
            try await pool.withTransaction { connection in
                let (replayed, _) = try await connection.pipeline(InboxStore.replay(id, now: now()), audit?.statement)
                guard let entry = replayed.first else { throw InboxError.unknownEntry }
                return entry
            }
        }
        arrivals.raise()
        return entry
    }

    /// How many deliveries wait, for the queues' gauges.
    package func counts() async throws -> InboxCounts {
        try await pool.first(InboxStore.counts()) ?? InboxCounts(received: 0, held: 0, parked: 0)
    }
}

extension Inbox {
    /// Logs that a delivery could not be stored; an outage of the database is logged once, by its pool.
    package func log(notStored kind: InboxKind, _ error: any Error, to logger: Logger) {
        logger.failed(
            "a webhook delivery could not be stored; its sender must send it again", error,
            ["kind": "\(kind.rawValue)"])
    }
}

extension InboxError {
    fileprivate init(_ error: GroupCommitError) {
        switch error {
        case .queueFull:
            self.init(.inboxFull, "deliveries arrive faster than they can be stored; send it again later")
        case .shuttingDown:
            self.init(.shuttingDown, "the service is shutting down; send it again later")
        case .answersMissing:
            self.init(.internalFault, "a fault of the service; sending it again is harmless", outcome: .unknown)
        }
    }
}
