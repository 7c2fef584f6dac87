import Synchronization

/// What one call has tried to commit so far. It is made before the first attempt and handed to each of them.
///
/// **Concurrency** Safe from any task.
package final class CommitAttempts: Sendable {
    struct Doubt {
        let error: PostgresError
        let since: ContinuousClock.Instant
    }

    private struct State {
        var doubt: Doubt?
        /// Whether the attempt at hand does nothing for the call.
        var sitsOut = false
        /// One for each attempt: rarely more than one.
        var stamps: [PostgresTimestamp] = []
    }

    private let state = Mutex(State())

    /// Makes the record of a call that has tried nothing yet.
    package init() {}

    /// Whether the answer to a COMMIT of this call was lost: until a later one is answered, the call may not say that
    /// nothing was done.
    package var isInDoubt: Bool { doubt != nil }

    /// Notes the moment under which the attempt at hand records its rows, before they are written.
    package func note(_ stamp: PostgresTimestamp) {
        state.withLock { $0.stamps.append(stamp) }
    }

    /// Notes that the attempt at hand does nothing for this call, such as a spend that is put off: it is not in doubt
    /// when the answer to this attempt's COMMIT is lost.
    package func sitOut() {
        state.withLock { $0.sitsOut = true }
    }

    /// Whether a row recorded at a moment was written by this very call, in an attempt whose answer was lost: then it
    /// is not the row of an earlier call, and its answer is no replay.
    package func wrote(at stamp: PostgresTimestamp) -> Bool {
        state.withLock { $0.doubt != nil && $0.stamps.contains(stamp) }
    }

    var doubt: Doubt? { state.withLock { $0.doubt } }

    /// Notes that an attempt begins, in which the call takes part unless it says otherwise.
    func begins() {
        state.withLock { $0.sitsOut = false }
    }

    /// Notes that the answer to a COMMIT was lost; the first loss counts, of an attempt in which the call took part.
    func lost(_ error: PostgresError) {
        state.withLock { state in
            guard !state.sitsOut else { return }
            state.doubt = state.doubt ?? Doubt(error: error, since: .now)
        }
    }
}
