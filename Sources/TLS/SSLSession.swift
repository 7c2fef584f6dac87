import COpenSSL
import NIOCore

/// One TLS connection without its socket: records go in and come out through memory.
final class SSLSession {
    enum Role {
        case server
        case client(host: String)
    }

    enum Progress {
        /// More records are needed from the peer.
        case needsInput
        case done
        /// The peer said that it will send nothing more.
        case peerClosed
    }

    private let ssl: OpaquePointer
    // Owned by `ssl` after SSL_set_bio.
    private let input: OpaquePointer
    private let output: OpaquePointer

    init(context: OpaquePointer, role: Role) throws {
        ERR_clear_error()
        guard let ssl = SSL_new(context) else {
            throw TLSError.fromOpenSSL(.badConfiguration, "OpenSSL cannot make a connection")
        }
        guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            throw TLSError.fromOpenSSL(.badConfiguration, "OpenSSL is out of memory")
        }
        SSL_set_bio(ssl, input, output)
        self.ssl = ssl
        self.input = input
        self.output = output
        switch role {
        case .server: SSL_set_accept_state(ssl)
        case .client(let host):
            SSL_set_connect_state(ssl)
            try expect(host)
        }
    }

    deinit { SSL_free(ssl) }

    private func expect(_ host: String) throws {
        // An address is checked against the certificate's addresses; a name travels in SNI too.
        if (try? SocketAddress(ipAddress: host, port: 0)) != nil {
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 else {
                throw TLSError.fromOpenSSL(.badConfiguration, "the server's address cannot be checked")
            }
            return
        }
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard multibrand_ssl_set_server_name(ssl, host) == 1, SSL_set1_host(ssl, host) == 1 else {
            throw TLSError.fromOpenSSL(.badConfiguration, "the server's name is not a host name")
        }
    }

    /// Takes records of the peer.
    func receive(_ records: ByteBuffer) {
        records.withUnsafeReadableBytes { bytes in
            var position = 0
            while position < bytes.count {
                let count = Int32(clamping: bytes.count - position)
                let taken = BIO_write(input, bytes.baseAddress! + position, count)
                guard taken > 0 else { return }
                position += Int(taken)
            }
        }
    }

    func handshake() throws -> Progress {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return .done }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .peerClosed
        default:
            let verdict = SSL_get_verify_result(ssl)
            var error = TLSError.fromOpenSSL(
                .handshakeFailed, "the TLS handshake failed; compare certificates and versions")
            if verdict != X509_V_OK, let text = X509_verify_cert_error_string(Int(verdict)) {
                error.cause = (error.cause.map { $0 + ": " } ?? "") + String(cString: text)
            }
            throw error
        }
    }

    /// The protocol that both sides agreed on.
    var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// Decrypts up to the buffer's free space; at least one record's worth must be free.
    func read(into buffer: inout ByteBuffer) throws -> Progress {
        ERR_clear_error()
        var result: Int32 = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 * 1024) { space in
            result = SSL_read(ssl, space.baseAddress, Int32(clamping: space.count))
            return max(0, Int(result))
        }
        guard result <= 0 else { return .done }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .peerClosed
        default: throw TLSError.fromOpenSSL(.protocolViolated, "the peer sent a record that is not valid TLS")
        }
    }

    /// Encrypts the bytes; the handshake must be done.
    func write(_ buffer: inout ByteBuffer) throws {
        while buffer.readableBytes > 0 {
            ERR_clear_error()
            let result = buffer.readWithUnsafeReadableBytes { bytes in
                let written = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
                return (max(0, Int(written)), written)
            }
            guard result > 0 else { throw TLSError.fromOpenSSL(.closed, "the TLS connection takes no more data") }
        }
    }

    /// Queues the notice that we will send nothing more.
    func close() {
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// The records that wait for the peer, or `nil`.
    func takeOutput(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        let pending = BIO_ctrl_pending(output)
        guard pending > 0 else { return nil }
        var records = allocator.buffer(capacity: pending)
        records.writeWithUnsafeMutableBytes(minimumWritableBytes: pending) { space in
            max(0, Int(BIO_read(output, space.baseAddress, Int32(clamping: pending))))
        }
        return records
    }
}
