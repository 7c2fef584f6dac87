import COpenSSL

/// What went wrong with TLS.
package struct TLSError: Error, Sendable, CustomStringConvertible {
    /// A stable reason, for programs.
    package enum Reason: String, Sendable {
        /// A certificate, key or CA file cannot be used.
        case badConfiguration = "TLS_BAD_CONFIGURATION"
        /// The handshake failed: no common version or cipher, or a certificate that does not verify.
        case handshakeFailed = "TLS_HANDSHAKE_FAILED"
        /// The handshake took too long.
        case handshakeTimedOut = "TLS_HANDSHAKE_TIMED_OUT"
        /// The peer sent a record that is not valid.
        case protocolViolated = "TLS_PROTOCOL_VIOLATED"
        /// The peer closed the connection without saying so: what came last may be cut off.
        case truncated = "TLS_TRUNCATED"
        /// The connection is closed.
        case closed = "TLS_CLOSED"
    }

    /// The reason, for programs.
    package var reason: Reason
    /// What happened and what to do, for people.
    package var message: String
    /// What OpenSSL said, for operators; it names no peer.
    package var cause: String?

    /// Makes an error.
    package init(_ reason: Reason, _ message: String, cause: String? = nil) {
        self.reason = reason
        self.message = message
        self.cause = cause
    }

    /// The reason, the message and the cause.
    package var description: String {
        "\(reason.rawValue): \(message)" + (cause.map { " (\($0))" } ?? "")
    }

    /// Makes an error with what OpenSSL has queued on this thread, and empties the queue.
    static func fromOpenSSL(_ reason: Reason, _ message: String) -> TLSError {
        var causes: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            guard let text = ERR_reason_error_string(code) else { continue }
            causes.append(String(cString: text))
        }
        return TLSError(reason, message, cause: causes.isEmpty ? nil : causes.joined(separator: "; "))
    }
}
