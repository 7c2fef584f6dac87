/// How far a connection has come on its way out.
///
/// A client that has a request in flight when the server leaves must not lose it. So the server first says that it will
/// leave without refusing anything, then, when a PING has proved that the client heard, which streams it still serves.
enum ConnectionDrain: Hashable {
    /// The channel is not active yet. Left when it is, or by loss.
    case starting(leavesAtOnce: Bool)
    /// Streams may be opened. Left by a shutdown, by the peer's GOAWAY, or by loss.
    case open
    /// The first GOAWAY is out; streams may still be opened. Left when the PING is answered.
    case announced
    /// New streams are refused, or (as client) not opened; the connection closes when the last stream has ended.
    case refusing
    /// The channel is gone.
    case closed

    enum OnShutdownAsked { case announce, nothing }
    enum OnPingAnswered { case refuseNewStreams, nothing }
    enum OnPeerLeaves { case tellOwner, nothing }

    /// What the PING that follows the first GOAWAY carries, so that its answer is not taken for a keepalive's.
    static let pingPayload: [UInt8] = Array("draining".utf8)

    /// The channel is active: a shutdown that was asked for before begins now.
    mutating func started() -> OnShutdownAsked {
        guard case .starting(let leavesAtOnce) = self else { return .nothing }
        self = .open
        return leavesAtOnce ? shutdownAsked() : .nothing
    }

    mutating func shutdownAsked() -> OnShutdownAsked {
        switch self {
        case .starting:
            self = .starting(leavesAtOnce: true)
            return .nothing
        case .open:
            self = .announced
            return .announce
        case .announced, .refusing, .closed:
            return .nothing
        }
    }

    mutating func pingAnswered() -> OnPingAnswered {
        guard case .announced = self else { return .nothing }
        self = .refusing
        return .refuseNewStreams
    }

    mutating func peerLeaves() -> OnPeerLeaves {
        guard case .open = self else { return .nothing }
        self = .refusing
        return .tellOwner
    }
}
