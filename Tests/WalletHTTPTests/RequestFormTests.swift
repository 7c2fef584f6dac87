import Foundation
import HTTPDoor
import Logging
import Synchronization
import TestSupport
import Testing

@testable import WalletHTTP

/// Forms of HTTP that the wallet's door answers in its own way, over raw sockets.
@Suite("Forms of HTTP at the wallet's door")
struct RequestFormTests {
    private static func request(_ line: String, _ fields: String = "", _ body: String = "") -> String {
        "\(line) HTTP/1.1\r\nhost: x\r\n\(fields)\r\n\(body)"
    }

    private static func answer(_ door: WalletDoor, _ request: String) async throws -> String {
        try await RawConnection.exchange(port: door.port, request, endsInput: true)
    }

    @Test("answers to HEAD have the length of the document, and no body")
    func head() async throws {
        try await WalletDoor.with { door in
            let page = try await Self.answer(door, Self.request("HEAD /openapi.yaml"))
            #expect(page.hasPrefix("HTTP/1.1 200 ") && page.hasSuffix("\r\n\r\n"))
            #expect(page.contains("content-length: \(openAPIDocument.utf8.count)\r\n"))
            let call = try await Self.answer(door, Self.request("HEAD /v1/wallet"))
            #expect(call.hasPrefix("HTTP/1.1 405 ") && call.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("one credential is taken however many spaces precede it; none, an empty one and two are 401")
    func authorization() async throws {
        try await WalletDoor.with { door in
            let path = "GET /v1/analytics/summary"
            for (fields, status) in [
                ("authorization: Bearer \(door.sandboxKey)", 200), ("authorization: bearer   \(door.sandboxKey) ", 200),
                ("authorization: Bearer", 401), ("authorization: Bearer  ", 401),
                ("authorization: \(door.sandboxKey)", 401),
                ("authorization: Bearer\t\(door.sandboxKey)", 401), ("authorization: Basic \(door.sandboxKey)", 401),
                ("authorization: Bearer \(door.sandboxKey) x", 401), ("x: y", 401),
                ("authorization: Bearer \(door.sandboxKey)\r\nauthorization: Bearer \(door.sandboxKey)", 401),
                ("authorization: Bearer \(door.sandboxKey)\r\nAuthorization: Bearer x", 401),
            ] {
                let answer = try await Self.answer(door, Self.request(path, fields + "\r\n"))
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(fields): \(answer.prefix(300))")
                if status == 401 { #expect(answer.lowercased().contains("www-authenticate: bearer")) }
            }
        }
    }

    @Test("what is no request is refused in the envelope, with an id to quote, and closes the connection")
    func faults() async throws {
        try await WalletDoor.with { door in
            for (request, status) in [
                ("GET /v1/wallet HTTP/1.1\r\n\r\n", 400), ("FETCH /v1/wallet HTTP/1.1\r\nhost: x\r\n\r\n", 501),
                (
                    Self.request("POST /v1/wallet/credit", "content-length: 2\r\ntransfer-encoding: chunked\r\n", "{}"),
                    400
                ),
                (Self.request("POST /v1/wallet/credit", "expect: more\r\ncontent-length: 2\r\n", "{}"), 417),
                ("PRI * HTTP/2.0\r\n\r\n", 505),
                (Self.request("GET /", "a: \(String(repeating: "b", count: 20_000))\r\n"), 431),
            ] {
                let answer = try await RawConnection.exchange(port: door.port, request)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(300))")
                #expect(answer.contains(#"{"error":{"code":"BAD_REQUEST","message":"#))
                #expect(answer.contains("X-Request-Id: req_") && answer.contains("connection: close"))
            }
        }
    }

    @Test("a path is percent-encoded UTF-8, whatever it encodes, and a NUL in an id is refused")
    func paths() async throws {
        try await WalletDoor.with { door in
            let fields = "authorization: Bearer \(door.sandboxKey)\r\n"
            for (path, statuses) in [
                ("/v1/members/a%2Fb", [404]), ("/v1/members/%zz", [400]), ("/v1/members/%FF", [400]),
                ("/v1/members/a%00b", [404, 422]), ("//v1/wallet", [404]), ("/v1//wallet", [404]),
                ("/v1/wallet;x", [404]),
                ("/v1/wallet/", [404]), ("/v1/offers?cursor=%00", [422]), ("/v1/offers?limit=%zz", [400]),
            ] {
                let answer = try await Self.answer(door, Self.request("GET \(path)", fields))
                #expect(statuses.contains { answer.hasPrefix("HTTP/1.1 \($0) ") }, "\(path): \(answer.prefix(300))")
            }
        }
    }

    @Test("a body is asked for once its key was believed, and a compressed one is 415")
    func bodies() async throws {
        try await WalletDoor.with { door in
            let key = "authorization: Bearer \(door.sandboxKey)\r\n"
            let body = #"{"externalUserID":"m"}"#
            let connection = try RawConnection(port: door.port)
            try await connection.send(
                Self.request(
                    "POST /v1/auth/exchange", key + "expect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n"))
            #expect(try await connection.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try await connection.send(body)
            #expect(try await connection.read(until: "accessToken").hasPrefix("HTTP/1.1 200 "))
            let refused = try await RawConnection.exchange(
                port: door.port, Self.request("POST /v1/auth/exchange", "expect: 100-continue\r\ncontent-length: 9\r\n")
            )
            #expect(refused.hasPrefix("HTTP/1.1 401 ") && refused.contains("connection: close"))
            // Nothing of the body is sent: the answer cannot have waited for it.
            let unread = try RawConnection(port: door.port)
            try await unread.send(Self.request("POST /v1/auth/exchange", "content-length: 60000\r\n"))
            #expect(try await unread.read(until: "UNAUTHORIZED").hasPrefix("HTTP/1.1 401 "))
            let packed = try await Self.answer(
                door,
                Self.request("POST /v1/auth/exchange", key + "content-encoding: gzip\r\ncontent-length: 2\r\n", "{}"))
            #expect(packed.hasPrefix("HTTP/1.1 415 "))
        }
    }

    @Test("a client that hangs up in the middle of a body is no fault of ours in the log")
    func hangsUp() async throws {
        let lines = LogLines()
        let bodies = BodyBudget()
        let configuration = WalletServerConfiguration(listening: HTTPDoorConfiguration(bodies: bodies))
        try await WalletDoor.with(configuration: configuration, logger: lines.logger) { door in
            for resets in [true, false] {
                let connection = try RawConnection(port: door.port)
                let key = "authorization: Bearer \(door.sandboxKey)\r\n"
                try await connection.send(Self.request("POST /v1/auth/exchange", key + "content-length: 100\r\n", "{"))
                while bodies.bytesHeld == 0 { await Task.yield() }
                if resets { connection.reset() } else { connection.endInput() }
                while bodies.bytesHeld > 0 { await Task.yield() }
            }
            #expect(try await door.get("/v1/analytics/summary", as: door.sandboxKey).status == 200)
        }
        #expect(lines.errors.isEmpty, "\(lines.errors)")
    }
}

/// A log whose errors are kept.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var errors: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.kept.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
    }
}
