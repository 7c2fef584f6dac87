import COpenSSL

/// What a TLS client needs for every connection: whom it trusts, who it is, the protocols it speaks.
///
/// **Guarantees** TLS 1.2 or newer; the server's certificate must chain to a trusted authority and name the host that
/// was asked for (RFC 9525). There is no switch to leave that out.
///
/// **Concurrency** Immutable once made; may be shared by every connection.
package final class TLSClientContext: Sendable {
    // SAFETY: SSL_CTX is reference counted and locks inside; nothing changes its settings after init.
    nonisolated(unsafe) private let context: OpaquePointer

    /// Reads the files and makes a context.
    ///
    /// - Parameters:
    ///   - authorityPath: a PEM file of the authorities to trust; `nil` trusts the system's.
    ///   - certificateChainPath: a PEM file with our own certificate, for servers that ask for one.
    ///   - privateKeyPath: a PEM file with the key of that certificate.
    ///   - protocols: the ALPN names to offer, in order of preference.
    ///
    /// **Errors** `TLSError` with `badConfiguration`, naming the file and what OpenSSL found wrong with it.
    package init(
        authorityPath: String? = nil, certificateChainPath: String? = nil, privateKeyPath: String? = nil,
        protocols: [String]
    ) throws {
        context = try SSLContext.make(TLS_client_method())
        // From here on a throw runs deinit, which frees the context.
        if let authorityPath {
            try SSLContext.trust(context, authorityPath: authorityPath)
        } else if SSL_CTX_set_default_verify_paths(context) != 1 {
            throw TLSError.fromOpenSSL(.badConfiguration, "the system's certificate authorities cannot be read")
        }
        if let certificateChainPath, let privateKeyPath {
            try SSLContext.load(context, certificateChainPath: certificateChainPath, privateKeyPath: privateKeyPath)
        } else if certificateChainPath != nil || privateKeyPath != nil {
            throw TLSError(.badConfiguration, "a client certificate needs both its chain file and its key file")
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        let wire = ApplicationProtocols(protocols).wire
        guard wire.isEmpty || SSL_CTX_set_alpn_protos(context, wire, UInt32(wire.count)) == 0 else {
            throw TLSError.fromOpenSSL(.badConfiguration, "the list of protocols cannot be offered")
        }
    }

    deinit { SSL_CTX_free(context) }

    /// Makes the handler for one connection to the named host; add it first to the channel's pipeline.
    ///
    /// - Parameter host: the DNS name or IP address that the server's certificate must be for.
    package func makeHandler(host: String, handshakeTimeout: Duration = .seconds(10)) throws -> TLSHandler {
        let session = try SSLSession(context: context, role: .client(host: host))
        return TLSHandler(session: session, handshakeTimeout: handshakeTimeout, keepingAlive: self)
    }
}
