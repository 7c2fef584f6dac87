import PostgreSQL
import Synchronization

/// The one clock of a history: it moves only when the history says so.
final class VirtualClock: Sendable {
    private let micros: Mutex<Int64>

    /// - Parameter startMicros: microseconds since 1970.
    init(startMicros: Int64) { micros = Mutex(startMicros) }

    /// Microseconds since 1970.
    var nowMicros: Int64 { micros.withLock { $0 } }

    /// The time, as the rooms take it.
    var now: @Sendable () -> PostgresTimestamp {
        { [self] in PostgresTimestamp(microsecondsSinceEpoch: nowMicros) }
    }

    func advance(seconds: Int64) { micros.withLock { $0 += seconds * 1_000_000 } }
}
