import PostgreSQL
import Synchronization

/// A clock that tests move by hand, starting at the real time so that it agrees with the sandbox's.
final class TestClock: Sendable {
    private let offset = Mutex(Duration.zero)

    /// The time, as the room's `now` takes it.
    var now: @Sendable () -> PostgresTimestamp {
        { [self] in PostgresTimestamp.now.advanced(by: offset.withLock { $0 }) }
    }

    /// Moves the clock on.
    func advance(_ duration: Duration) { offset.withLock { $0 += duration } }
}

/// The SplitMix64 generator, so that a failing run can be repeated from its printed seed.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
