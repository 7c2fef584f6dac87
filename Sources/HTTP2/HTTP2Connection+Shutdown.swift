import CNGHTTP2
import Logging

extension HTTP2Connection {
    /// Whether a request may be opened on this connection.
    public var mayOpenStreams: Bool {
        guard let session = usableSession, case .open = drain else { return false }
        return nghttp2_session_check_request_allowed(session) != 0
    }

    /// Ends the connection without losing a stream: announces it, waits for the peer to have heard, then takes no new
    /// streams, and closes when the last one has ended (RFC 9113 section 6.8).
    public func beginGracefulShutdown() {
        assertInLoop()
        if case .announce = drain.shutdownAsked() { announceShutdown() }
    }

    func announceShutdown() {
        guard let session = usableSession else { return }
        if role == .server {
            nghttp2_submit_shutdown_notice(session)
            nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), ConnectionDrain.pingPayload)
        } else {
            finishShutdown()
        }
        listener.willClose(self)
        setNeedsFlush()
    }

    /// The answer to a PING of ours came.
    func receivedPingAnswer(_ payload: [UInt8]) {
        liveness.pingAnswered()
        guard payload == ConnectionDrain.pingPayload, case .refuseNewStreams = drain.pingAnswered() else { return }
        finishShutdown()
    }

    /// The peer takes no more streams.
    func receivedGoAway() {
        guard role == .client, case .tellOwner = drain.peerLeaves() else { return }
        listener.willClose(self)
    }

    func perform(_ action: ConnectionLiveness.OnTick) {
        guard let session = usableSession else { return }
        switch action {
        case .nothing:
            break
        case .sendPing:
            nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
            setNeedsFlush()
        case .closeIdle:
            beginGracefulShutdown()
        case .closeDead(let cause):
            logger.debug("connection closed", metadata: ["cause": "\(cause)"])
            close()
        }
    }

    private func finishShutdown() {
        guard let session = usableSession else { return }
        drain = .refusing
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, HTTP2ErrorCode.noError.rawValue, nil, 0)
        setNeedsFlush()
    }
}
