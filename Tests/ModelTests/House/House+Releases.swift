import PostgreSQL
import Programs
import Rewards
import Spending
import Synchronization

extension House {
    /// How held money is released; not the same in every history: by itself in most, or only by operators, or until it
    /// expires.
    static func releasing(_ seed: UInt64) -> (releasesHeldByItself: Bool, heldLifetime: Duration?) {
        switch seed % 5 {
        case 1: (false, nil)
        case 2: (true, .seconds(2 * 86_400))
        case 3: (false, .seconds(4 * 86_400))
        default: (true, nil)
        }
    }

    /// A worker as a new process has it.
    func releaseWorker(spendsPerBatch: Int = 3, onEarned: @escaping @Sendable () -> Void = {}) -> ReleaseWorker {
        let catalogue = catalogue
        return ReleaseWorker(
            pool: pool, configuration: releasing, plugins: { catalogue.plugins }, earningSink: earningSink,
            clawbackSink: clawbackSink, onEarned: onEarned, spendsPerBatch: spendsPerBatch, now: clock.now,
            logger: Self.logger)
    }

    var releaseHeld: ReleaseHeld {
        let catalogue = catalogue
        return ReleaseHeld(
            pool: pool, configuration: releasing, plugins: { catalogue.plugins }, earningSink: earningSink,
            clawbackSink: clawbackSink, spendsPerBatch: 2, now: clock.now)
    }

    /// Lets a worker decide so many spends of the first card and ends it there, as the end of its process would.
    func releaseOneBatch(of spends: Int) async throws {
        let end = Mutex<(@Sendable () -> Void)?>(nil)
        let worker = releaseWorker(spendsPerBatch: spends) { end.withLock { $0?() } }
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in starts { break }
            return try await worker.sweep()
        }
        end.withLock { $0 = { task.cancel() } }
        start.yield()
        do {
            _ = try await task.value
        } catch is CancellationError {
            // Ended behind the batch.
        }
    }
}
