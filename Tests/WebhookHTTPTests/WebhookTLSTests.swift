import Foundation
import TLS
import TestSupport
import Testing
import WebhookHTTP

/// The door with TLS of its own.
@Suite struct WebhookTLSTests {
    @Test("inside TLS the door answers HTTP/1.1, and a plain request on the same port gets nothing")
    func https() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("door-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let certificate = directory.appendingPathComponent("certificate.pem").path
        let key = directory.appendingPathComponent("key.pem").path
        _ = try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1", "-keyout", key, "-out",
            certificate,
        ])
        let tls = try TLSServerContext(
            certificateChainPath: certificate, privateKeyPath: key, protocols: ["http/1.1"])
        try await Door.with(configuration: WebhookServerConfiguration(tls: tls), scheme: "https") { door in
            let started = ContinuousClock.now
            let answer = try await openssl(
                [
                    "s_client", "-quiet", "-connect", "127.0.0.1:\(door.port)", "-servername", "localhost", "-alpn",
                    "http/1.1", "-CAfile", certificate, "-verify_return_error",
                ], input: "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.hasSuffix("ok\n"))
            // Well below the idle limit of a minute: the connection ends with its last answer.
            #expect(ContinuousClock.now - started < .seconds(30))
            let plain = try await RawConnection.exchange(port: door.port, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            #expect(!plain.contains("200"))
        }
    }

    private func openssl(_ arguments: [String], input: String = "") async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                        process.arguments = ["openssl"] + arguments
                        let (source, sink) = (Pipe(), Pipe())
                        process.standardInput = source
                        process.standardOutput = sink
                        process.standardError = FileHandle.nullDevice
                        try process.run()
                        source.fileHandleForWriting.write(Data(input.utf8))
                        // s_client ends when the peer closes; its input stays open until then.
                        let output = sink.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        try source.fileHandleForWriting.close()
                        return String(decoding: output, as: UTF8.self)
                    })
            }
        }
    }
}
