import COpenSSL

/// What server and client contexts have in common.
enum SSLContext {
    static func make(_ method: OpaquePointer?) throws -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(method) else {
            throw TLSError.fromOpenSSL(.badConfiguration, "OpenSSL cannot make a context")
        }
        SSL_CTX_set_options(context, UInt64(multibrand_op_hardening()))
        multibrand_ssl_ctx_set_mode(context)
        guard multibrand_ssl_ctx_set_min_tls12(context) == 1 else {
            SSL_CTX_free(context)
            throw TLSError.fromOpenSSL(.badConfiguration, "OpenSSL does not offer TLS 1.2")
        }
        return context
    }

    static func load(_ context: OpaquePointer, certificateChainPath: String, privateKeyPath: String) throws {
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, certificateChainPath) == 1 else {
            throw TLSError.fromOpenSSL(
                .badConfiguration, "\(certificateChainPath) is not a readable PEM file with a certificate")
        }
        guard SSL_CTX_use_PrivateKey_file(context, privateKeyPath, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError.fromOpenSSL(
                .badConfiguration, "\(privateKeyPath) is not a readable PEM file with the key of the certificate")
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw TLSError.fromOpenSSL(
                .badConfiguration, "the key in \(privateKeyPath) is not the key of \(certificateChainPath)")
        }
    }

    static func trust(_ context: OpaquePointer, authorityPath: String) throws {
        ERR_clear_error()
        guard SSL_CTX_load_verify_locations(context, authorityPath, nil) == 1 else {
            throw TLSError.fromOpenSSL(
                .badConfiguration, "\(authorityPath) is not a readable PEM file with certificate authorities")
        }
    }
}
