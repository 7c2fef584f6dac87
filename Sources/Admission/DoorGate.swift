package import Logging
import Metrics
package import NIOCore
import Synchronization

/// Keeps the number of connections of one door within its limit, so that descriptors are left for everything else.
///
/// A full door closes the connection that can best be done without, after a second of grace, and takes the new one:
/// first those that never asked anything, last those that had their answers. While there is none to close it does not
/// accept: new connections wait in the system's queue. An accept that fails because descriptors have run out all the
/// same is tried again after a second, never at once.
///
/// **Guarantees** The door never has more than its limit of connections and ``overshootMax``. A door that is full costs
/// a look at its connections for each new one, and four a second while it does not accept.
/// **Concurrency** Free for all; one server channel uses it.
package final class DoorGate: Sendable {
    /// How many connections a door may have beyond its limit: a single read of the server channel accepts up to four.
    package static let overshootMax = 4

    /// What the gate has seen.
    package struct Counts: Sendable, Hashable {
        /// Connections that are open.
        package var open = 0
        /// How many may be.
        package var limit: Int
        /// Connections that were closed to make room for others.
        package var closedForOthers = 0
        /// Times that an accept failed because no descriptor was free.
        package var acceptFailures = 0
        /// Whether the door does not accept at the moment.
        package var isPaused = false
        /// Whether the log says that the door is full, and not yet that it has room again.
        var isToldFull = false
    }

    /// The door's name, for logs and metrics.
    package let door: String
    private let remedy: String
    private let endsSilentRequests: Bool
    private let logger: Logger
    private let state: Mutex<Counts>

    /// Makes the gate of a door.
    ///
    /// - Parameters:
    ///   - limit: How many connections may be open at once.
    ///   - remedy: What an operator can do when the door is full.
    ///   - endsSilentRequests: Whether a connection with a request gives way as well once it was silent for 30 seconds:
    ///     for protocols whose requests have no deadline of their own.
    package init(door: String, limit: Int, remedy: String, endsSilentRequests: Bool = false, logger: Logger) {
        self.door = door
        self.remedy = remedy
        self.endsSilentRequests = endsSilentRequests
        self.logger = logger
        state = Mutex(Counts(limit: max(1, limit)))
    }

    /// What the gate has seen so far.
    package var counts: Counts { state.withLock { $0 } }

    /// The handler to put first in the server channel's pipeline.
    ///
    /// - Parameter prepare: Runs for every connection on the server channel's event loop before it is set up, with its
    ///   seat.
    package func makeHandler(
        prepare: @escaping @Sendable (any Channel, ConnectionSeat) -> Void = { _, _ in }
    ) -> any ChannelInboundHandler & Sendable {
        AcceptHandler(
            gate: self, seats: DoorSeats(limit: counts.limit, endsSilentRequests: endsSilentRequests), prepare)
    }

    /// The handler for a server channel of HTTP/1.1: its connections mark their seats by themselves.
    package func makeHandlerMarkingSeats() -> any ChannelInboundHandler & Sendable {
        makeHandler { connection, seat in
            // A connection that was closed meanwhile needs no marks.
            connection.pipeline.addHandler(SeatMarker(seat: seat), position: .first).whenFailure { _ in }
        }
    }

    func opened(count: Int) {
        let hasRoomAgain = state.withLock { counts in
            counts.open = count
            // Not at the first free place: a door that is full and empty in turn would fill the log.
            guard counts.isToldFull, count <= counts.limit * 3 / 4 else { return false }
            counts.isToldFull = false
            return true
        }
        if hasRoomAgain { logger.notice("the door has room again", metadata: ["door": "\(door)"]) }
    }

    func closedForAnother() {
        state.withLock { $0.closedForOthers += 1 }
        Counter(label: "connections_closed_for_others_total", dimensions: [("door", door)]).increment()
        tellFull()
    }

    func paused() {
        state.withLock { $0.isPaused = true }
        tellFull()
    }

    func resumed() { state.withLock { $0.isPaused = false } }

    func acceptFailed(_ error: any Error) {
        state.withLock { $0.acceptFailures += 1 }
        Counter(label: "connections_accept_failures_total", dimensions: [("door", door)]).increment()
        logger.error(
            "a connection could not be accepted; will retry in a second",
            metadata: ["door": "\(door)", "error": "\(error)", "remedy": "\(remedy)"])
    }

    /// Says once that the door is full, until it has had room again.
    private func tellFull() {
        let limit = state.withLock { counts -> Int? in
            guard !counts.isToldFull else { return nil }
            counts.isToldFull = true
            return counts.limit
        }
        guard let limit else { return }
        logger.warning(
            "the door is full: new connections replace idle ones, or wait",
            metadata: ["door": "\(door)", "connectionsMax": "\(limit)", "remedy": "\(remedy)"])
    }
}
