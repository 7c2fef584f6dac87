import CPostgreSQL
import Synchronization
import Threads

/// A request to cancel what a connection runs, sent on a thread of its own.
///
/// libpq's `PQcancel` opens a connection and reads from it until the server hangs up. A server that hangs never does,
/// so the thread that owns a connection must not make that call: it would wait without a bound.
///
/// **Guarantees** Never blocks the caller. At most ``underWayMax`` requests are under way in the process; beyond that
/// none is sent, and the connection is given up after its grace period.
final class CancelRequest: Sendable {
    /// A hung server keeps one thread for each connection that was busy when it began to hang, until its host answers
    /// again.
    static let underWayMax = 64
    private static let underWay = Atomic<Int>(0)

    // SAFETY: a PGcancel is a copy of what a request needs. It is made here, used by one thread, and freed by it.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let done = Atomic<Bool>(false)

    /// Whether the request has reached the server, or has failed.
    var isDone: Bool { done.load(ordering: .acquiring) }

    private init() {}

    /// Sends a request for what `connection` runs; `nil` when none can be sent now.
    static func send(for connection: OpaquePointer) -> CancelRequest? {
        guard underWay.add(1, ordering: .relaxed).newValue <= underWayMax,
            let pointer = PQgetCancel(connection)
        else {
            underWay.subtract(1, ordering: .relaxed)
            return nil
        }
        let handle = Handle(pointer: pointer)
        let request = CancelRequest()
        let isStarted = OwnedThread.start {
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle.pointer, &message, Int32(message.count))
            PQfreeCancel(handle.pointer)
            underWay.subtract(1, ordering: .relaxed)
            request.done.store(true, ordering: .releasing)
        }
        guard isStarted else {
            PQfreeCancel(pointer)
            underWay.subtract(1, ordering: .relaxed)
            return nil
        }
        return request
    }
}
