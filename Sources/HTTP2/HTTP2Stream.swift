import CNGHTTP2
import NIOCore

/// One stream of a connection; a protocol on top of HTTP/2 subclasses it.
///
/// The `received...` functions are called in the order of the frames; overriding them is how a subclass listens. The
/// others send.
///
/// **Concurrency** Everything here belongs to the connection's event loop.
open class HTTP2Stream: @unchecked Sendable {
    // SAFETY: @unchecked Sendable because a reference may travel through tasks that hand it back to its event loop; no
    // member is touched elsewhere, which `HTTP2Connection.assertInLoop` checks in debug builds.

    /// The connection that carries the stream.
    public let connection: HTTP2Connection
    /// The number of the stream; zero until a client's request is submitted.
    public internal(set) var id: Int32 = 0
    /// Whether the stream has ended for both sides, or was reset, or lost its connection.
    public internal(set) var isClosed = false
    /// Whether the peer has sent everything it will send.
    public internal(set) var peerHasEnded = false

    // The connection's list of its open streams; the list keeps them alive.
    var next: HTTP2Stream?
    unowned(unsafe) var previous: HTTP2Stream?

    private var outbox: [UInt8] = []
    private var outboxSent = 0
    private var outboxEnds = false
    private var isEndSent = false
    /// Since when the peer has taken none of what waits.
    private var unsentSince = NIODeadline.distantFuture
    private var trailers: HTTP2Headers?
    private var isDeferred = false

    /// Makes a stream of the connection.
    public init(connection: HTTP2Connection) {
        self.connection = connection
    }

    // MARK: What the peer sends

    /// One field of a header list; the bytes are valid during the call only.
    open func receivedHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {}

    /// The end of a header list: the first one, or the trailers.
    open func receivedHeaders() {}

    /// A piece of the body; the bytes are valid during the call only and count against the stream's window until they
    /// are given back with `releaseWindow(byteCount:)`.
    open func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// The peer has sent everything.
    open func receivedEnd() {}

    /// The stream is over; called once. `nil` says that the connection was lost.
    open func closed(_ code: HTTP2ErrorCode?) {}

    /// Bytes of the outbox were handed to the transport.
    open func sentData(byteCount: Int) {}

    // MARK: What we send

    /// Sends the header list that answers the peer's request.
    public final func respond(_ headers: HTTP2Headers, isEnd: Bool = false) {
        guard let session = connection.usableSession, !isClosed else { return }
        if isEnd {
            nghttp2_submit_response(session, id, headers.baseAddress, headers.count, nil)
        } else {
            var source = HTTP2Stream.source
            nghttp2_submit_response(session, id, headers.baseAddress, headers.count, &source)
        }
        connection.setNeedsFlush()
    }

    /// Opens the stream with a request.
    ///
    /// **Errors** Answers false when the connection cannot carry another stream; nothing was sent then.
    public final func request(_ headers: HTTP2Headers) -> Bool {
        guard let session = connection.usableSession, connection.mayOpenStreams else { return false }
        var source = HTTP2Stream.source
        let user = Unmanaged.passUnretained(self).toOpaque()
        let number = nghttp2_submit_request(session, nil, headers.baseAddress, headers.count, &source, user)
        guard number > 0 else { return false }
        id = number
        connection.adopt(self)
        connection.setNeedsFlush()
        return true
    }

    /// Adds bytes to the body.
    ///
    /// **Cost** Takes the array as it is when nothing waits before it.
    public final func send(_ bytes: consuming [UInt8]) {
        guard !isClosed, !outboxEnds else { return }
        connection.unsentByteCount += bytes.count
        if outboxSent == outbox.count {
            outbox = bytes
            outboxSent = 0
            unsentSince = .distantFuture
        } else {
            outbox.append(contentsOf: bytes)
        }
        resume()
    }

    /// Ends the body, with trailers when given.
    public final func end(trailers: HTTP2Headers? = nil) {
        guard !isClosed, !outboxEnds else { return }
        self.trailers = trailers
        outboxEnds = true
        resume()
    }

    /// Ends the stream at once for both sides.
    public final func reset(_ code: HTTP2ErrorCode) {
        guard let session = connection.usableSession, !isClosed, id > 0 else { return }
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
        connection.setNeedsFlush()
    }

    /// Lets the peer send this many bytes more.
    public final func releaseWindow(byteCount: Int) {
        guard let session = connection.usableSession, !isClosed, byteCount > 0 else { return }
        nghttp2_session_consume_stream(session, id, byteCount)
        connection.setNeedsFlush()
    }

    /// Lets the peer have this many bytes on their way unread, from now on.
    public final func widenWindow(to byteCount: Int) {
        guard let session = connection.usableSession, !isClosed else { return }
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, Int32(clamping: byteCount))
        connection.setNeedsFlush()
    }

    /// Gives up the stream when the peer has taken nothing of what waits for this long; the connection asks now and
    /// then.
    final func resetWhenUnsent(for limit: TimeAmount, now: NIODeadline) {
        guard outboxSent < outbox.count || outboxEnds && !isEndSent else { return }
        if unsentSince == .distantFuture {
            unsentSince = now
        } else if unsentSince + limit <= now {
            reset(.cancel)
        }
    }

    /// Drops what was not sent.
    final func dropUnsent() {
        connection.unsentByteCount -= outbox.count - outboxSent
        outbox = []
        outboxSent = 0
    }

    private func resume() {
        guard let session = connection.usableSession else { return }
        if isDeferred {
            isDeferred = false
            nghttp2_session_resume_data(session, id)
        }
        connection.setNeedsFlush()
    }

    // MARK: The session pulls

    private static let source = nghttp2_data_provider(
        source: nghttp2_data_source(),
        read_callback: { session, id, buffer, capacity, flags, _, user in
            guard let stream = HTTP2Connection.of(user)?.stream(session, id), let buffer, let flags else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            return stream.fill(UnsafeMutableBufferPointer(start: buffer, count: capacity), flags: flags)
        })

    private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>, flags: UnsafeMutablePointer<UInt32>) -> Int {
        let count = min(buffer.count, outbox.count - outboxSent)
        if count > 0 {
            outbox.withUnsafeBufferPointer { bytes in
                buffer.baseAddress!.update(from: bytes.baseAddress! + outboxSent, count: count)
            }
            outboxSent += count
            connection.unsentByteCount -= count
            unsentSince = .distantFuture
            if outboxSent == outbox.count {
                outbox = []
                outboxSent = 0
            }
            sentData(byteCount: count)
        }
        if outbox.isEmpty && outboxEnds {
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            isEndSent = true
            if let trailers {
                flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                nghttp2_submit_trailer(connection.usableSession, id, trailers.baseAddress, trailers.count)
            }
        } else if count == 0 {
            isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        return count
    }
}
