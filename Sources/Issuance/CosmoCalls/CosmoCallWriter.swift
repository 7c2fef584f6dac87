package import Cosmo
package import Logging
import Metrics
package import PostgreSQL
import Synchronization
import Waiting

/// Keeps the audit record of every validate, preview and issuance call.
///
/// Records are written in batches shortly after the call they tell of. A full buffer holds the callers back rather than
/// losing a record; one that is cancelled meanwhile is not held any longer, and its record is kept beyond the limit, up
/// to twice as many. A process that is killed loses the records still in the buffer, never an issuance: that was on
/// disk before its call started (I-6).
///
/// **Concurrency** `record` from any task. `run()` writes until its task is cancelled, and then what is left.
package final class CosmoCallWriter: Sendable {
    private struct State {
        var buffer: [CosmoCallRecord] = []
        var isClosed = false
    }

    private enum OnRecord {
        case kept(isFirst: Bool)
        case full
        case closed
    }

    private let pool: PostgresPool
    private let logger: Logger
    private let capacity: Int
    private let state = Mutex(State())
    /// Raised when the buffer was empty and is not any more.
    private let arrivals = Signal()
    /// Raised when the buffer has room again, or is closed.
    private let room = Signal()
    private let lost = Counter(label: "multibrand_cosmo_call_records_lost")

    private static let backoff = Backoff(base: .milliseconds(400), cap: .seconds(30), jitter: .equal)
    private static let batchMax = 256

    /// Makes a writer that holds at most `capacity` records.
    package init(pool: PostgresPool, capacity: Int = 4096, logger: Logger) {
        self.pool = pool
        self.capacity = capacity
        self.logger = logger
    }

    /// Takes a record; waits while the buffer is full, unless the task is cancelled.
    package func record(_ record: CosmoCallRecord) async {
        while true {
            let seen = room.count
            let isCancelled = Task.isCancelled
            let limit = isCancelled ? capacity * 2 : capacity
            let taken: OnRecord = state.withLock { state in
                if state.isClosed { return .closed }
                guard state.buffer.count < limit else { return .full }
                state.buffer.append(record)
                return .kept(isFirst: state.buffer.count == 1)
            }
            switch taken {
            case .kept(let isFirst):
                if isFirst { arrivals.raise() }
                return
            case .closed:
                lose(record, because: "a call's audit record came after the end")
                return
            case .full where isCancelled:
                lose(record, because: "there is no room for the audit record of a call that was given up")
                return
            case .full:
                await room.wait(beyond: seen)
            }
        }
    }

    private func lose(_ record: CosmoCallRecord, because what: Logger.Message) {
        lost.increment()
        logger.warning(what, metadata: ["call": "\(record.call.rawValue)"])
    }

    /// Writes records until the task is cancelled, then those that are left.
    package func run() async throws {
        await WorkLoop(
            "writing the audit records of calls", wake: arrivals, poll: nil, backoff: Self.backoff, logger: logger
        ).run {
            try await flush() ? .idle() : .more
        }
        state.withLock { $0.isClosed = true }
        room.raise()
        // Unstructured on purpose, and awaited here: this task is cancelled, and would cancel its last statements.
        await Task { await self.flushRest() }.value
    }

    /// Writes one batch; true when nothing was left to write.
    private func flush() async throws -> Bool {
        let batch = state.withLock { Array($0.buffer.prefix(Self.batchMax)) }
        guard !batch.isEmpty else { return true }
        let answers = await commitInHalves(batch) { [pool] part in
            _ = try await pool.query(CosmoCallStore.insert(part))
            return part.map { _ in .success(()) }
        }
        var unwritten: [CosmoCallRecord] = []
        var failure: (any Error)?
        for (record, answer) in zip(batch, answers) {
            guard case .failure(let error) = answer else { continue }
            if (error as? PostgresError).map({ Self.isFinal($0.meaning) }) ?? false {
                // A record the database refuses must not hold back all that follow.
                lost.increment()
                logger.error("an audit record was refused", metadata: ["error": "\(error)"])
            } else {
                unwritten.append(record)
                failure = error
            }
        }
        state.withLock { [unwritten] state in state.buffer.replaceSubrange(..<batch.count, with: unwritten) }
        room.raise()
        if let failure { throw failure }
        return false
    }

    private static func isFinal(_ meaning: PostgresError.Meaning) -> Bool {
        switch meaning {
        case .refusedRow, .refusedStatement, .misused: true
        case .unreachable, .closed, .interrupted, .unavailable, .timedOut, .contended, .unknownCommit: false
        }
    }

    private func flushRest() async {
        do {
            while try await !flush() {}
        } catch {
            let count = state.withLock { $0.buffer.count }
            lost.increment(by: count)
            logger.error(
                "audit records were lost at shutdown", metadata: ["count": "\(count)", "error": "\(error)"])
        }
    }
}
