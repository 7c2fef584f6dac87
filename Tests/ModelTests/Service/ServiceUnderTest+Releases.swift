import PostgreSQL
import Programs
import Rewards
import Spending
import Waiting
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
    func releaseWorker(spendsPerBatch: Int = 3) -> ReleaseWorker {
        wiring.releases(releasing, spendsPerBatch: spendsPerBatch, logger: Self.logger).worker
    }

    var releaseHeld: ReleaseHeld { wiring.releases(releasing, spendsPerBatch: 2, logger: Self.logger).call }

    /// Lets a worker decide so many spends of the first card and ends it there, as the end of its process would.
    func releaseOneBatch(of spends: Int) async throws {
        let earned = Signal()
        let clock = clock.now
        let wiring = RoomWiring(
            pool: pool, catalogue: catalogue, positionsDue: earned,
            now: {
                // A batch looks at the clock before it looks at a card: once one is committed, none follows it.
                if earned.count > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                return clock()
            })
        let worker = wiring.releases(releasing, spendsPerBatch: spends, logger: Self.logger).worker
        let sweep = Task { try await worker.sweep() }
        do {
            _ = try await sweep.value
        } catch is CancellationError {
            // Ended behind the batch.
        }
    }
}
