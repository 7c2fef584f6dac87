import HTTP2
import NIOCore
import Synchronization
import Waiting

/// The open connections of a server.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: HTTP2Connection] = [:]
        var isDraining = false
        var onEmpty: Waiter<Void>?
    }

    private let state = Mutex(State())

    /// How many connections are open.
    var count: Int { state.withLock { $0.connections.count } }

    /// Adds a connection; false when the server is leaving.
    func add(_ connection: HTTP2Connection) -> Bool {
        state.withLock { state in
            guard !state.isDraining else { return false }
            state.connections[ObjectIdentifier(connection)] = connection
            return true
        }
    }

    func remove(_ connection: HTTP2Connection) {
        let onEmpty = state.withLock { state -> Waiter<Void>? in
            state.connections[ObjectIdentifier(connection)] = nil
            guard state.connections.isEmpty else { return nil }
            return state.onEmpty.take()
        }
        onEmpty?.answer()
    }

    /// Asks every connection to end when its calls have.
    func drain() {
        let connections = state.withLock { state in
            state.isDraining = true
            return Array(state.connections.values)
        }
        for connection in connections {
            connection.eventLoop.execute { connection.beginGracefulShutdown() }
        }
    }

    /// Closes every connection at once.
    func closeAll() {
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.eventLoop.execute { connection.close() }
        }
    }

    /// Returns when no connection is open. One caller waits.
    func untilEmpty() async {
        let onEmpty = state.withLock { state -> Waiter<Void>? in
            guard !state.connections.isEmpty else { return nil }
            state.onEmpty = Waiter()
            return state.onEmpty
        }
        await onEmpty?.value()
    }
}
