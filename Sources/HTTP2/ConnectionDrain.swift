/// How far a connection has come on its way out.
///
/// A client that has a request in flight when the server leaves must not lose it. So the server first says that it will
/// leave without refusing anything, then, when a PING has proved that the client heard, which streams it still serves.
enum ConnectionDrain {
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

    mutating func shutdownAsked() -> OnShutdownAsked {
        guard case .open = self else { return .nothing }
        self = .announced
        return .announce
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
