import COpenSSL

/// From when until when a certificate is good (RFC 5280 section 4.1.2.5).
package struct CertificateValidity: Sendable, Hashable {
    /// The first second, since the Unix epoch.
    package let notBeforeSeconds: Int64
    /// The last second, since the Unix epoch.
    package let notAfterSeconds: Int64

    /// Makes a period.
    package init(notBeforeSeconds: Int64, notAfterSeconds: Int64) {
        self.notBeforeSeconds = notBeforeSeconds
        self.notAfterSeconds = notAfterSeconds
    }

    /// The period in which every certificate of a PEM file is good: the server's own and the intermediate ones.
    ///
    /// **Errors** `TLSError` with `badConfiguration`.
    package init(chainPath: String) throws {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let file = BIO_new_file(chainPath, "r") else {
            throw TLSError.fromOpenSSL(.badConfiguration, "\(chainPath) cannot be read")
        }
        defer { BIO_free(file) }
        var whole: CertificateValidity?
        while let certificate = PEM_read_bio_X509(file, nil, nil, nil) {
            defer { X509_free(certificate) }
            let one = try Self.validity(of: certificate, chainPath: chainPath)
            whole = CertificateValidity(
                notBeforeSeconds: max(one.notBeforeSeconds, whole?.notBeforeSeconds ?? .min),
                notAfterSeconds: min(one.notAfterSeconds, whole?.notAfterSeconds ?? .max))
        }
        guard let whole else {
            throw TLSError(.badConfiguration, "\(chainPath) is not a readable PEM file with a certificate")
        }
        self = whole
    }

    private static func validity(of certificate: OpaquePointer, chainPath: String) throws -> CertificateValidity {
        guard let from = secondsSinceEpoch(X509_get0_notBefore(certificate)),
            let until = secondsSinceEpoch(X509_get0_notAfter(certificate))
        else { throw TLSError(.badConfiguration, "a certificate in \(chainPath) has no readable dates") }
        return CertificateValidity(notBeforeSeconds: from, notAfterSeconds: until)
    }

    private static func secondsSinceEpoch(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}
