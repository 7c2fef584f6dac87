import Foundation
import RPC
import SwiftProtobuf
import TLS
import Testing

@Suite("Calls over TLS", .timeLimit(.minutes(15)))
struct TLSCallTests {
    @Test("calls of every size pass; the handler knows that it is TLS; a client without TLS is refused")
    func overTLS() async throws {
        let certificate = try TestCertificate(name: "localhost")
        defer { certificate.remove() }
        var router = RPCRouter.echo
        router.unary("/test.Echo/Secure") { (_: Text, context) -> Text in Text("\(context.isTLS)") }
        let server = try TLSServerContext(
            certificateChainPath: certificate.chainPath, privateKeyPath: certificate.keyPath, protocols: ["h2"])
        try await withServer(router, tls: server) { _, port in
            let trusting = try TLSClientContext(authorityPath: certificate.chainPath, protocols: ["h2"])
            var configuration = RPCClientConfiguration(host: "127.0.0.1", port: port, tls: trusting)
            configuration.tlsServerName = "localhost"
            try await withClient(configuration) { client in
                for count in [0, 1, 16_384, 100_000, 4_000_000] {
                    let request = Bytes(.init(repeating: 3, count: count))
                    let answer: Bytes = try await client.unary("/test.Echo/Hop", request)
                    #expect(answer == request)
                }
                let secure: Text = try await client.unary("/test.Echo/Secure", Text(""))
                #expect(secure.value == "true")
            }
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let error = await #expect(throws: RPCError.self) {
                    let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
                }
                #expect(error?.code == .unavailable)
            }
            // Another name than the certificate's, and an authority that is not trusted.
            var wrongName = configuration
            wrongName.tlsServerName = "example.org"
            var untrusting = configuration
            untrusting.tls = try TLSClientContext(protocols: ["h2"])
            for wrong in [wrongName, untrusting] {
                try await withClient(wrong) { client in
                    let error = await #expect(throws: RPCError.self) {
                        let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
                    }
                    #expect(error?.code == .unavailable)
                    #expect((error?.cause as? TLSError)?.reason == .handshakeFailed)
                }
            }
        }
    }
}

/// A certificate that vouches for itself, made by the openssl command, in a directory of its own.
struct TestCertificate {
    let directory: URL
    var chainPath: String { directory.appendingPathComponent("cert.pem").path }
    var keyPath: String { directory.appendingPathComponent("key.pem").path }

    init(name: String) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("rpc-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", keyPath, "-out", chainPath, "-days", "2", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=DNS:\(name)",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl could not make a certificate")
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
