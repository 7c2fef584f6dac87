import FoundationEssentials
import NIOCore
import RPC
import SwiftProtobuf
import Synchronization
import Testing

@Suite("What peers send that is wrong", .timeLimit(.minutes(15)))
struct MalformedInputTests {
    /// What is sent after the preface and SETTINGS, and what must come back.
    struct Case: Sendable, CustomTestStringConvertible {
        enum Answer: Sendable {
            /// The connection is closed, with or without GOAWAY.
            case closed
            /// Stream 1 ends with this HTTP status or gRPC status.
            case status(RPCStatusCode)
            case http(Int)
            /// Stream 1 is reset.
            case reset
        }

        let name: String
        let bytes: [UInt8]
        let answer: Answer
        var withPreface = true
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        let call = RawFrame.headers(RawFrame.call())
        func ended(_ fields: [(String, String)]) -> [UInt8] { RawFrame.headers(fields, isEnd: true) }
        let message: [UInt8] = [0, 0, 0, 0, 0]
        return [
            Case(
                name: "HTTP/1.1", bytes: Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), answer: .closed,
                withPreface: false),
            Case(name: "noise", bytes: (0..<100).map { UInt8($0 * 7 & 255) }, answer: .closed, withPreface: false),
            Case(
                name: "a preface without SETTINGS", bytes: RawFrame.preface + call,
                answer: .closed, withPreface: false),
            Case(
                name: "a frame beyond SETTINGS_MAX_FRAME_SIZE", bytes: [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1],
                answer: .closed),
            Case(name: "DATA on an idle stream", bytes: RawFrame.data(message), answer: .closed),
            Case(name: "DATA on stream 0", bytes: RawFrame.data(message, stream: 0), answer: .closed),
            Case(
                name: "HEADERS on an even stream", bytes: RawFrame.headers(RawFrame.call(), stream: 2),
                answer: .closed),
            Case(
                name: "a header block that does not decode",
                bytes: RawFrame.frame(1, flags: 5, stream: 1, [0xff, 0xff, 0xff, 0xff, 0xff]), answer: .closed),
            Case(name: "CONTINUATION out of place", bytes: RawFrame.frame(9, stream: 1, [0]), answer: .closed),
            Case(name: "SETTINGS of a wrong length", bytes: RawFrame.frame(4, [1, 2, 3]), answer: .closed),
            Case(name: "PING of a wrong length", bytes: RawFrame.frame(6, [1]), answer: .closed),
            Case(
                name: "WINDOW_UPDATE by zero on the connection", bytes: RawFrame.frame(8, [0, 0, 0, 0]), answer: .closed
            ),
            Case(
                name: "PUSH_PROMISE from a client", bytes: RawFrame.frame(5, flags: 4, stream: 1, [0, 0, 0, 2]),
                answer: .closed),
            Case(
                name: "CONTINUATION without end",
                bytes: RawFrame.headers(RawFrame.call(), endsBlock: false)
                    + (0..<2000).flatMap { _ in
                        RawFrame.frame(9, stream: 1, RawFrame.field("x", String(repeating: "y", count: 50)))
                    }, answer: .closed),
            Case(
                name: "a flood of PINGs",
                bytes: (0..<200_000).flatMap { _ in RawFrame.frame(6, Array(repeating: 0, count: 8)) }
                    + RawFrame.frame(6, [1]), answer: .closed),
            Case(
                name: "a flood of SETTINGS",
                bytes: (0..<200_000).flatMap { _ in RawFrame.settings } + RawFrame.frame(6, [1]), answer: .closed),
            Case(name: "no :method", bytes: ended(Array(RawFrame.call().dropFirst())), answer: .reset),
            Case(name: "a name in capitals", bytes: ended(RawFrame.call([("X-Upper", "1")])), answer: .reset),
            Case(name: "a connection header", bytes: ended(RawFrame.call([("connection", "close")])), answer: .reset),
            Case(name: "GET", bytes: ended(RawFrame.call(method: "GET")), answer: .http(405)),
            Case(name: "JSON", bytes: ended(RawFrame.call(contentType: "application/json")), answer: .http(415)),
            Case(
                name: "gRPC-Web", bytes: ended(RawFrame.call(contentType: "application/grpc-web+proto")),
                answer: .http(415)),
            Case(
                name: "gRPC with JSON", bytes: ended(RawFrame.call(contentType: "application/grpc+json")),
                answer: .status(.unimplemented)),
            Case(
                name: "an unknown method", bytes: ended(RawFrame.call(path: "/test.Echo/None")),
                answer: .status(.unimplemented)),
            Case(name: "an empty path", bytes: ended(RawFrame.call(path: "/")), answer: .status(.unimplemented)),
            Case(
                name: "an unknown compression", bytes: ended(RawFrame.call([("grpc-encoding", "gzip")])),
                answer: .status(.unimplemented)),
            Case(
                name: "a timeout that is no timeout", bytes: ended(RawFrame.call([("grpc-timeout", "soon")])),
                answer: .status(.internal)),
            Case(
                name: "a timeout of nothing", bytes: ended(RawFrame.call([("grpc-timeout", "0n")])),
                answer: .status(.deadlineExceeded)),
            Case(
                name: "headers beyond the limit",
                bytes: ended(RawFrame.call((0..<350).map { _ in ("x", String(repeating: "y", count: 20)) })),
                answer: .status(.resourceExhausted)),
            Case(
                name: "a timeout sent twice",
                bytes: ended(RawFrame.call([("grpc-timeout", "1S"), ("grpc-timeout", "2S")])),
                answer: .status(.internal)),
            Case(
                name: "an encoding sent twice, one of them foreign",
                bytes: ended(RawFrame.call([("grpc-encoding", "gzip"), ("grpc-encoding", "identity")])),
                answer: .status(.unimplemented)),
            Case(
                name: "a content type sent twice", bytes: ended(RawFrame.call([("content-type", "application/grpc")])),
                answer: .http(415)),
            Case(
                name: "no content type",
                bytes: ended(RawFrame.call().filter { $0.0 != "content-type" }), answer: .http(415)),
            Case(
                name: "a path without its slash", bytes: ended(RawFrame.call(path: "test.Echo/Get")), answer: .reset),
            Case(
                name: "a path with a query", bytes: ended(RawFrame.call(path: "/test.Echo/Get?x=1")),
                answer: .status(.unimplemented)),
            Case(
                name: "a path in another case", bytes: ended(RawFrame.call(path: "/test.echo/get")),
                answer: .status(.unimplemented)),
            Case(name: "two :path", bytes: ended([(":path", "/x")] + RawFrame.call()), answer: .reset),
            Case(
                name: "a pseudo header after another header",
                bytes: ended(Array(RawFrame.call().dropFirst()) + [(":method", "POST")]), answer: .reset),
            Case(name: "an unknown pseudo header", bytes: ended([(":x", "1")] + RawFrame.call()), answer: .reset),
            Case(
                name: "te that is not trailers",
                bytes: ended(RawFrame.call().map { $0.0 == "te" ? ("te", "gzip") : $0 }), answer: .reset),
            Case(
                name: "a value with a line break", bytes: ended(RawFrame.call([("x", "a\nb")])), answer: .reset),
            Case(
                name: "no te",
                bytes: RawFrame.headers(RawFrame.call().filter { $0.0 != "te" }) + RawFrame.data(message),
                answer: .status(.ok)),
            Case(
                name: "a content type with a parameter",
                bytes: RawFrame.headers(RawFrame.call(contentType: "application/grpc+proto; charset=utf-8"))
                    + RawFrame.data(message), answer: .status(.ok)),
            Case(
                name: "the encoding identity",
                bytes: RawFrame.headers(RawFrame.call([("grpc-encoding", "identity")])) + RawFrame.data(message),
                answer: .status(.ok)),
            Case(
                name: "binary metadata that is no base64",
                bytes: RawFrame.headers(RawFrame.call([("trace-bin", "!!")])) + RawFrame.data(message),
                answer: .status(.ok)),
            Case(name: "an empty message", bytes: call + RawFrame.data(message), answer: .status(.ok)),
            Case(
                name: "a message in many frames, some of them empty",
                bytes: call
                    + [0, 0, 0, 0, 2, 0x0a, 0].flatMap {
                        RawFrame.data([$0], isEnd: false) + RawFrame.data([], isEnd: false)
                    }
                    + RawFrame.data([]), answer: .status(.ok)),
            Case(
                name: "trailers after the message",
                bytes: call + RawFrame.data(message, isEnd: false) + RawFrame.headers([("x", "1")], isEnd: true),
                answer: .status(.ok)),
            Case(
                name: "bytes past the only message, the stream left open",
                bytes: call + RawFrame.data(message + [0], isEnd: false), answer: .status(.unimplemented)),
            Case(
                name: "a second message for a server's stream, the stream left open",
                bytes: RawFrame.headers(RawFrame.call(path: "/test.Echo/Count"))
                    + RawFrame.data(message + message, isEnd: false), answer: .status(.unimplemented)),
            Case(name: "half-closed without a message", bytes: ended(RawFrame.call()), answer: .status(.unimplemented)),
            Case(
                name: "two messages for a unary method", bytes: call + RawFrame.data(message + message),
                answer: .status(.unimplemented)),
            Case(
                name: "half-closed inside a prefix", bytes: call + RawFrame.data([0, 0, 0]),
                answer: .status(.internal)),
            Case(
                name: "half-closed inside a message", bytes: call + RawFrame.data([0, 0, 0, 0, 9, 1, 2]),
                answer: .status(.internal)),
            Case(
                name: "a length of 2 GiB", bytes: call + RawFrame.data([0, 0x80, 0, 0, 0], isEnd: false),
                answer: .status(.resourceExhausted)),
            Case(
                name: "a length of 4 GiB, streaming",
                bytes: RawFrame.headers(RawFrame.call(path: "/test.Echo/Chat"))
                    + RawFrame.data([0, 0xff, 0xff, 0xff, 0xff], isEnd: false), answer: .status(.resourceExhausted)),
            Case(
                name: "a message marked as compressed", bytes: call + RawFrame.data([1, 0, 0, 0, 0]),
                answer: .status(.internal)),
            Case(
                name: "a message with an unknown flag", bytes: call + RawFrame.data([0x7f, 0, 0, 0, 0]),
                answer: .status(.internal)),
            Case(
                name: "bytes that are no message", bytes: call + RawFrame.data([0, 0, 0, 0, 2, 0xff, 0xff]),
                answer: .status(.internal)),
            Case(
                name: "invalid UTF-8",
                bytes: RawFrame.headers(RawFrame.call(path: "/test.Echo/Text"))
                    + RawFrame.data([0, 0, 0, 0, 3, 0x0a, 1, 0xff]), answer: .status(.internal)),
            Case(
                name: "DATA after the end of the stream", bytes: call + RawFrame.data(message) + RawFrame.data(message),
                answer: .closed),
        ]
    }()

    @Test("a timeout of eleven thousand years is kept")
    func longTimeout() async throws {
        try await withServer { _, port in
            let bytes =
                RawFrame.start
                + RawFrame.headers(RawFrame.call(path: "/test.Echo/Hop", [("grpc-timeout", "99999999H")]))
                + RawFrame.data([0, 0, 0, 0, 0])
            let answer = try await RawPeer.provoke(port, bytes) { $0.ended(stream: 1) }
            #expect(answer.has(type: 0, stream: 1) && !answer.has(type: 3))
        }
    }

    private static var router: RPCRouter {
        var router = RPCRouter.echo
        router.unary("/test.Echo/Text") { (request: Text, _) -> Text in request }
        return router
    }

    @Test("each gets the answer the specifications name, and a healthy call afterwards succeeds", arguments: cases)
    func malformed(_ wrong: Case) async throws {
        try await withServer(Self.router) { _, port in
            let answer = try await RawPeer.provoke(port, (wrong.withPreface ? RawFrame.start : []) + wrong.bytes) {
                answer in
                if case .closed = wrong.answer { false } else { answer.ended(stream: 1) }
            }
            let ending = answer.frames.last { $0.stream == 1 && $0.type == 1 }
            let block = HeaderBlockReader.readAll(answer.frames.filter { $0.type == 1 }.map(\.payload)).last ?? [:]
            switch wrong.answer {
            case .closed: #expect(!answer.ended(stream: 1) || answer.has(type: 7) || wrong.name.hasPrefix("DATA after"))
            case .reset: #expect(answer.has(type: 3, stream: 1) && ending == nil)
            case .http(let status): #expect(block[":status"] == "\(status)" && block["grpc-status"] == nil)
            case .status(let code): #expect(block["grpc-status"] == "\(code.rawValue)", "\(block)")
            }
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let healthy: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init([1, 2, 3])))
                #expect(healthy.value == .init([1, 2, 3]))
            }
        }
    }

    @Test("streams opened and reset at once start no more handlers than are allowed")
    func rapidReset() async throws {
        let running = Mutex((now: 0, most: 0))
        let release = Gate()
        var router = RPCRouter.echo
        router.unary("/test.Echo/Stuck") { (request: Bytes, _) -> Bytes in
            running.withLock {
                $0.now += 1; $0.most = max($0.most, $0.now)
            }
            // Deaf to cancellation, as a handler inside a commit is.
            await release.wait()
            running.withLock { $0.now -= 1 }
            return request
        }
        try await withServer(router, configure: { $0.concurrentStreamsMax = 20 }) { _, port in
            var bytes = RawFrame.start
            for number in 0..<5000 {
                let stream = UInt32(2 * number + 1)
                bytes += RawFrame.headers(RawFrame.call(path: "/test.Echo/Stuck"), stream: stream)
                bytes += RawFrame.data([0, 0, 0, 0, 0], stream: stream)
                bytes += RawFrame.frame(3, stream: stream, [0, 0, 0, 8])
            }
            bytes += RawFrame.frame(6, [1])
            _ = try await RawPeer.provoke(port, bytes) { _ in false }
            #expect(running.withLock { $0.most } <= 40)
            #expect(running.withLock { $0.most } > 0)
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
            }
            release.open()
        }
    }

    @Test("a peer that says nothing is shown the door")
    func silence() async throws {
        try await withServer(configure: { $0.handshakeTimeout = .milliseconds(100) }) { server, port in
            let answer = try await RawPeer.provoke(port, []) { _ in false }
            #expect(!answer.has(type: 1))
        }
    }

    @Test("a peer that does not answer PING is shown the door, one that does is kept")
    func keepalive() async throws {
        try await withServer(configure: {
            $0.keepaliveInterval = .milliseconds(50)
            $0.keepaliveTimeout = .milliseconds(50)
        }) { server, port in
            let answer = try await RawPeer.provoke(port, RawFrame.start) { _ in false }
            #expect(answer.has(type: 6))
        }
    }

    @Test("mutated and random frames never stop the service", arguments: UInt64(1)...60)
    func fuzz(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var bytes = RawFrame.start
        for number in 0..<40 {
            let stream = UInt32(2 * number + 1)
            let path =
                ["/test.Echo/Get", "/test.Echo/Chat", "/test.Echo/Sum", "/test.Echo/Hop"].randomElement(using: &random)
                ?? "/"
            var piece =
                RawFrame.headers(RawFrame.call(path: path), stream: stream)
                + RawFrame.data([0, 0, 0, 0, 2, 8, 1], stream: stream, isEnd: Bool.random(using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: piece[Int.random(in: 0..<piece.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            case 1: piece.remove(at: Int.random(in: 0..<piece.count, using: &random))
            case 2:
                let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                piece += RawFrame.frame(
                    UInt8.random(in: 0...12, using: &random), flags: UInt8.random(in: 0...255, using: &random),
                    stream: UInt32.random(in: 0...80, using: &random), payload)
            case 3: piece += RawFrame.frame(3, stream: stream, [0, 0, 0, UInt8.random(in: 0...13, using: &random)])
            default: break
            }
            bytes += piece
        }
        // Whatever became of it, the last frame is one that closes the connection.
        bytes += RawFrame.frame(6, [1])
        let sent = bytes
        try await withServer { _, port in
            _ = try await RawPeer.provoke(port, sent) { $0.has(type: 7) }
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let healthy: Bytes = try await client.unary("/test.Echo/Hop", Bytes(.init([9])), timeout: .seconds(300))
                #expect(healthy.value == .init([9]), "seed \(seed)")
            }
        }
    }
}
