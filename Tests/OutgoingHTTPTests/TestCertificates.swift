import Foundation
import TLS
import Testing

/// A certificate for localhost that vouches for itself, made by the openssl command, in a directory of its own.
struct TestCertificates {
    private let directory: URL
    var chainPath: String { directory.appendingPathComponent("cert.pem").path }
    var keyPath: String { directory.appendingPathComponent("key.pem").path }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", keyPath, "-out", chainPath, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl could not make a certificate")
    }

    func server(protocols: [String], verifyingClients: Bool = false) throws -> TLSServerContext {
        try TLSServerContext(
            certificateChainPath: chainPath, privateKeyPath: keyPath,
            clientAuthorityPath: verifyingClients ? chainPath : nil, protocols: protocols)
    }

    func client(protocols: [String]) throws -> TLSClientContext {
        try TLSClientContext(authorityPath: chainPath, protocols: protocols)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
