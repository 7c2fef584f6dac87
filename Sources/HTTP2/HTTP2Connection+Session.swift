import CNGHTTP2

extension HTTP2Connection {
    /// Makes the nghttp2 session of a connection, with our settings queued; `nil` when memory is short.
    static func makeSession(_ connection: HTTP2Connection) -> OpaquePointer? {
        var option: OpaquePointer?
        guard nghttp2_option_new(&option) == 0 else { return nil }
        defer { nghttp2_option_del(option) }
        // Windows are given back by hand: back-pressure reaches the peer.
        nghttp2_option_set_no_auto_window_update(option, 1)
        // Closed streams are not kept for the priority tree, which RFC 9113 dropped.
        nghttp2_option_set_no_closed_streams(option, 1)

        var session: OpaquePointer?
        let user = Unmanaged.passUnretained(connection).toOpaque()
        let made =
            switch connection.role {
            case .server: nghttp2_session_server_new2(&session, sessionCallbacks, user, option)
            case .client: nghttp2_session_client_new2(&session, sessionCallbacks, user, option)
            }
        guard made == 0 else { return nil }
        submitSettings(of: connection, to: session)
        return session
    }

    private static func submitSettings(of connection: HTTP2Connection, to session: OpaquePointer?) {
        let configuration = connection.configuration
        func entry(_ name: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(name.rawValue), value: UInt32(clamping: value))
        }
        var entries = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, min(configuration.streamWindowBytes, Int(Int32.max))),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, configuration.headerListBytesMax),
        ]
        switch connection.role {
        case .server: entries.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, configuration.concurrentStreamsMax))
        case .client: entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        nghttp2_submit_settings(session, none, entries, entries.count)
        let window = Int32(clamping: configuration.connectionWindowBytes)
        nghttp2_session_set_local_window_size(session, none, 0, window)
    }

    /// The connection that a callback's last argument points to.
    static func of(_ user: UnsafeMutableRawPointer?) -> HTTP2Connection? {
        user.map { Unmanaged<HTTP2Connection>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The stream of that number, unless it or the connection is over.
    func stream(_ session: OpaquePointer?, _ id: Int32) -> HTTP2Stream? {
        guard usableSession != nil, let user = nghttp2_session_get_stream_user_data(session, id) else { return nil }
        return Unmanaged<HTTP2Stream>.fromOpaque(user).takeUnretainedValue()
    }
}

private let endStream = UInt8(NGHTTP2_FLAG_END_STREAM.rawValue)
private let ack = UInt8(NGHTTP2_FLAG_ACK.rawValue)
private let data = UInt8(NGHTTP2_DATA.rawValue)
private let headers = UInt8(NGHTTP2_HEADERS.rawValue)
private let settings = UInt8(NGHTTP2_SETTINGS.rawValue)
private let ping = UInt8(NGHTTP2_PING.rawValue)
private let goAway = UInt8(NGHTTP2_GOAWAY.rawValue)

// SAFETY: the table is filled here once and only read afterwards; nghttp2 copies it into each session.
nonisolated(unsafe) private let sessionCallbacks: OpaquePointer? = {
    var table: OpaquePointer?
    guard nghttp2_session_callbacks_new(&table) == 0 else { return nil }

    nghttp2_session_callbacks_set_on_begin_headers_callback(table) { session, frame, user in
        guard let connection = HTTP2Connection.of(user), let frame else { return 0 }
        let id = frame.pointee.hd.stream_id
        if connection.role == .server && frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
            let stream = connection.listener.makeStream(connection)
            stream.id = id
            connection.adopt(stream)
            nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
            connection.headersStream = stream
        } else {
            connection.headersStream = connection.stream(session, id)
        }
        return 0
    }

    nghttp2_session_callbacks_set_on_header_callback(table) { _, _, name, nameCount, value, valueCount, _, user in
        guard let stream = HTTP2Connection.of(user)?.headersStream else { return 0 }
        stream.receivedHeader(
            name: UnsafeBufferPointer(start: name, count: nameCount),
            value: UnsafeBufferPointer(start: value, count: valueCount))
        return 0
    }

    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) { session, _, id, bytes, count, user in
        // The connection's window is given back at once: a slow stream holds back itself, not its neighbours.
        nghttp2_session_consume_connection(session, count)
        let stream = HTTP2Connection.of(user)?.stream(session, id)
        stream?.receivedData(UnsafeBufferPointer(start: bytes, count: count))
        return 0
    }

    nghttp2_session_callbacks_set_on_frame_recv_callback(table) { session, frame, user in
        guard let connection = HTTP2Connection.of(user), let frame else { return 0 }
        let head = frame.pointee.hd
        switch head.type {
        case headers, data:
            guard let stream = connection.stream(session, head.stream_id) else { return 0 }
            if head.type == headers {
                connection.headersStream = nil
                if head.flags & endStream != 0 { stream.peerHasEnded = true }
                stream.receivedHeaders()
            }
            if head.flags & endStream != 0, !stream.isClosed {
                stream.peerHasEnded = true
                stream.receivedEnd()
            }
        case settings where head.flags & ack == 0:
            if connection.liveness.handshakeDone() { connection.listener.ready(connection) }
        case ping where head.flags & ack != 0:
            connection.receivedPingAnswer(withUnsafeBytes(of: frame.pointee.ping.opaque_data) { Array($0) })
        case goAway:
            connection.receivedGoAway()
        default:
            break
        }
        return 0
    }

    nghttp2_session_callbacks_set_on_frame_send_callback(table) { session, frame, user in
        guard let connection = HTTP2Connection.of(user), connection.role == .server, let frame else { return 0 }
        let head = frame.pointee.hd
        guard head.flags & endStream != 0, head.type == headers || head.type == data else { return 0 }
        // An answer given before the request has ended: the rest of the request is not wanted (RFC 9113 section 8.1).
        if nghttp2_session_get_stream_remote_close(session, head.stream_id) == 0 {
            nghttp2_submit_rst_stream(session, 0, head.stream_id, HTTP2ErrorCode.noError.rawValue)
        }
        return 0
    }

    nghttp2_session_callbacks_set_on_stream_close_callback(table) { session, id, code, user in
        guard let connection = HTTP2Connection.of(user), let stream = connection.stream(session, id) else { return 0 }
        nghttp2_session_set_stream_user_data(session, id, nil)
        connection.release(stream, code: HTTP2ErrorCode(rawValue: code))
        return 0
    }
    return table
}()
