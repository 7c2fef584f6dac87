import COpenSSL

/// What a TLS server needs for every connection: its certificate, its key, the protocols it speaks.
///
/// **Guarantees** TLS 1.2 or newer, no renegotiation, no compression; ALPN as RFC 7301: without a common protocol the
/// handshake fails, and a client that offers none is let through.
///
/// **Concurrency** Immutable once made; may be shared by every connection.
package final class TLSServerContext: Sendable {
    // SAFETY: SSL_CTX is reference counted and locks inside; nothing changes its settings after init.
    nonisolated(unsafe) private let context: OpaquePointer
    private let protocols: ApplicationProtocols

    /// Reads the files and makes a context.
    ///
    /// - Parameters:
    ///   - certificateChainPath: a PEM file with the server's certificate first and the intermediate ones after it.
    ///   - privateKeyPath: a PEM file with the key of that certificate.
    ///   - clientAuthorityPath: a PEM file of authorities; when given, a client must present a certificate of one of
    ///     them.
    ///   - protocols: the ALPN names in order of preference, such as `["h2"]` or `["http/1.1"]`.
    ///
    /// **Errors** `TLSError` with `badConfiguration`, naming the file and what OpenSSL found wrong with it.
    package init(
        certificateChainPath: String, privateKeyPath: String, clientAuthorityPath: String? = nil, protocols: [String]
    ) throws {
        self.protocols = ApplicationProtocols(protocols)
        context = try SSLContext.make(TLS_server_method())
        // From here on a throw runs deinit, which frees the context.
        try SSLContext.load(context, certificateChainPath: certificateChainPath, privateKeyPath: privateKeyPath)
        if let clientAuthorityPath {
            try SSLContext.trust(context, authorityPath: clientAuthorityPath)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(clientAuthorityPath))
        }
        // Without it a resumed session of a verified client is refused.
        let name = Array("multibrand".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        // The list lives exactly as long as the context that points to it.
        SSL_CTX_set_alpn_select_cb(context, selectProtocol, Unmanaged.passUnretained(self.protocols).toOpaque())
    }

    deinit { SSL_CTX_free(context) }

    /// Makes the handler for one accepted connection; add it first to the channel's pipeline.
    package func makeHandler(handshakeTimeout: Duration = .seconds(10)) throws -> TLSHandler {
        let session = try SSLSession(context: context, role: .server)
        return TLSHandler(session: session, handshakeTimeout: handshakeTimeout, keepingAlive: self)
    }
}

private let selectProtocol: SSL_CTX_alpn_select_cb_func = { _, out, outCount, offered, offeredCount, user in
    guard let user, let offered, let out, let outCount else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let protocols = Unmanaged<ApplicationProtocols>.fromOpaque(user).takeUnretainedValue()
    let list = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    guard let selected = protocols.select(from: list) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    // SAFETY: the array is never changed, so that its storage stays where it is while the context lives.
    out.pointee = protocols.wire.withUnsafeBufferPointer { $0.baseAddress! + selected.lowerBound }
    outCount.pointee = UInt8(selected.count)
    return SSL_TLSEXT_ERR_OK
}
