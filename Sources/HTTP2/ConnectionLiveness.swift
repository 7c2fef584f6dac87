import NIOCore

/// Decides, from what was heard and when, whether a connection is alive, idle or dead. Pure: time comes in.
struct ConnectionLiveness {
    enum OnTick: Equatable {
        case nothing
        case sendPing
        case closeIdle
        case closeDead(cause: String)
    }

    private enum Handshake {
        /// The peer has not sent its SETTINGS yet.
        case awaited(until: NIODeadline)
        case done
    }

    private enum Ping {
        case none
        /// A PING of ours is on its way.
        case awaited(until: NIODeadline)
    }

    private let configuration: HTTP2Configuration
    private var handshake: Handshake
    private var ping = Ping.none
    private var lastReceived: NIODeadline
    private var idleSince: NIODeadline?

    /// How often to call `ticked(now:)`.
    let tickInterval: TimeAmount

    init(configuration: HTTP2Configuration, now: NIODeadline) {
        self.configuration = configuration
        handshake = .awaited(until: now + TimeAmount(configuration.handshakeTimeout))
        lastReceived = now
        idleSince = now
        let spans = [
            configuration.handshakeTimeout, configuration.keepaliveInterval, configuration.keepaliveTimeout,
            configuration.idleTimeout,
        ]
        let shortest = spans.compactMap { $0 }.map { TimeAmount($0) }.min() ?? .seconds(1)
        tickInterval = max(.milliseconds(10), min(.seconds(1), .nanoseconds(shortest.nanoseconds / 4)))
    }

    /// The peer's SETTINGS came; answers whether they were the first.
    mutating func handshakeDone() -> Bool {
        guard case .awaited = handshake else { return false }
        handshake = .done
        return true
    }

    mutating func received(now: NIODeadline) { lastReceived = now }

    mutating func pingAnswered() { ping = .none }

    mutating func openStreamCountChanged(_ count: Int, now: NIODeadline) { idleSince = count == 0 ? now : nil }

    mutating func ticked(now: NIODeadline) -> OnTick {
        if case .awaited(let until) = handshake {
            return now >= until ? .closeDead(cause: "no HTTP/2 preface and SETTINGS in time") : .nothing
        }
        if case .awaited(let until) = ping {
            return now >= until ? .closeDead(cause: "no answer to PING in time") : .nothing
        }
        if let limit = configuration.idleTimeout, let idleSince, now >= idleSince + TimeAmount(limit) {
            self.idleSince = now
            return .closeIdle
        }
        guard let interval = configuration.keepaliveInterval, now >= lastReceived + TimeAmount(interval) else {
            return .nothing
        }
        ping = .awaited(until: now + TimeAmount(configuration.keepaliveTimeout))
        return .sendPing
    }
}
