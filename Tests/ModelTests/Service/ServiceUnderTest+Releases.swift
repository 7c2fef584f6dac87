import PostgreSQL
import Programs
import Rewards
import Spending
import Synchronization
import Wiring

extension ServiceUnderTest {
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
        wiring.releases(releasing, onEarned: onEarned, spendsPerBatch: spendsPerBatch, logger: Self.logger).worker
    }

    var releaseHeld: ReleaseHeld { wiring.releases(releasing, spendsPerBatch: 2, logger: Self.logger).call }

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
