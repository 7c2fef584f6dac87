package import NIOCore
import Synchronization

/// The place of one connection at a door, with what decides whether it may be closed for another one.
///
/// **Concurrency** Marked by the connection's event loop, read by the door's.
package final class ConnectionSeat: Sendable {
    /// What a connection does at the moment.
    enum Occupancy: Equatable {
        /// It never had an answer, and its peer is owed nothing, since then.
        case unused(since: NIODeadline)
        /// Nothing is owed to its peer, since then.
        case idle(since: NIODeadline)
        /// Its peer sends or waits; the last event was then.
        case busy(since: NIODeadline)
    }

    // The time of the last mark in nanoseconds, shifted by two; the lowest bits say busy and idle after use. One
    // atomic, so that a mark is one store on the path of every call.
    private let mark: Atomic<UInt64>

    init(now: NIODeadline = .now()) {
        mark = Atomic(now.uptimeNanoseconds << 2)
    }

    /// The peer had its answer, and nothing is owed to it from now on.
    package func becameIdle(now: NIODeadline = .now()) {
        mark.store(now.uptimeNanoseconds << 2 | 2, ordering: .relaxed)
    }

    /// The peer sends a request, or waits for an answer.
    package func becameBusy(now: NIODeadline = .now()) {
        mark.store(now.uptimeNanoseconds << 2 | 1, ordering: .relaxed)
    }

    var occupancy: Occupancy {
        let value = mark.load(ordering: .relaxed)
        let since = NIODeadline.uptimeNanoseconds(value >> 2)
        return switch value & 3 {
        case 0: .unused(since: since)
        case 1: .busy(since: since)
        default: .idle(since: since)
        }
    }
}
