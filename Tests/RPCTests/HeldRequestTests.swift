import FoundationEssentials
import NIOCore
import RPC
import SwiftProtobuf
import Synchronization
import Testing

@Suite(
    "What is held of requests is bounded, and nothing is held of callers who are not let in", .timeLimit(.minutes(15)))
struct HeldRequestTests {
    /// A message that fits a frame, complete with its prefix.
    private static func message(_ byteCount: Int) -> [UInt8] {
        [0, 0, 0, UInt8(byteCount >> 8), UInt8(byteCount & 255)] + [UInt8](repeating: 0, count: byteCount)
    }

    private static func bytesField(_ byteCount: Int) -> [UInt8] {
        let body =
            [0x0a] + [UInt8(byteCount & 127 | 128), UInt8(byteCount >> 7)] + [UInt8](repeating: 7, count: byteCount)
        return [0, 0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    private static func status(_ answer: RawAnswer, stream: UInt32 = 1) -> String? {
        let headers = answer.frames.filter { $0.type == 1 }
        let blocks = HeaderBlockReader.readAll(headers.map(\.payload))
        return Array(zip(headers, blocks)).last { $0.0.stream == stream }?.1["grpc-status"]
    }

    private static func code(_ code: RPCStatusCode) -> String { "\(code.rawValue)" }

    private static let locked = RPCRouter.echo(
        RPCAdmission { _ in
            throw RPCError(.unauthenticated, "no key")
        } _: { _ in
        })

    @Test(
        "a caller without a key is refused at the headers, and asked to stop sending",
        arguments: ["/test.Echo/Get", "/test.Echo/Count", "/test.Echo/Chat"])
    func refusedAtHeaders(path: String) async throws {
        try await withServer(Self.locked) { _, port in
            // Neither a message nor the end of the stream ever comes.
            let bytes = RawFrame.start + RawFrame.headers(RawFrame.call(path: path))
            let answer = try await RawPeer.provoke(port, bytes) { $0.has(type: 3, stream: 1) }
            #expect(Self.status(answer) == Self.code(.unauthenticated))
            let reset = answer.frames.first { $0.type == 3 }
            #expect(reset?.payload == [0, 0, 0, 0], "NO_ERROR")
        }
    }

    @Test("a key that has to be looked up is looked up at the headers, while little of the body is taken")
    func lookedUpAtHeaders() async throws {
        let (asked, known) = (Gate(), Gate())
        let router = RPCRouter.echo(
            RPCAdmission { context in
                asked.open()
                await known.wait()
                if context.metadata["x-key"] == nil { throw RPCError(.unauthenticated, "no key") }
            })
        try await withServer(router) { _, port in
            try await RawPeer.with(port: port) { peer, inbound in
                let body = Self.bytesField(16_000)
                await peer.send(
                    RawFrame.start + RawFrame.headers(RawFrame.call([("x-key", "1")]))
                        + RawFrame.data(body, isEnd: false) + RawFrame.data([])
                        + RawFrame.headers(RawFrame.call(), stream: 3) + RawFrame.data(body, stream: 3, isEnd: false))
                await asked.wait()
                known.open()
                var answer = RawAnswer()
                while !answer.ended(stream: 1) || !answer.ended(stream: 3), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                #expect(Self.status(answer) == Self.code(.ok))
                #expect(Self.status(answer, stream: 3) == Self.code(.unauthenticated))
            }
        }
    }

    @Test("a complete message whose stream stays open ends in time, without a deadline of its caller's")
    func requestTimeout() async throws {
        try await withServer(configure: { $0.requestTimeout = .milliseconds(50) }) { _, port in
            let bytes =
                RawFrame.start + RawFrame.headers(RawFrame.call()) + RawFrame.data(Self.message(0), isEnd: false)
            let answer = try await RawPeer.provoke(port, bytes) { $0.ended(stream: 1) }
            #expect(Self.status(answer) == Self.code(.deadlineExceeded))
        }
    }

    @Test(
        "the caller's deadline runs from the headers",
        arguments: [[], [0, 0, 0, 0, 9, 1], [0, 0, 0, 0, 0]] as [[UInt8]])
    func deadline(body: [UInt8]) async throws {
        try await withServer { _, port in
            var bytes = RawFrame.start + RawFrame.headers(RawFrame.call([("grpc-timeout", "50m")]))
            if !body.isEmpty { bytes += RawFrame.data(body, isEnd: false) }
            let answer = try await RawPeer.provoke(port, bytes) { $0.ended(stream: 1) }
            #expect(Self.status(answer) == Self.code(.deadlineExceeded))
        }
    }

    @Test("complete messages that wait are counted, on one connection and on all, and given back when calls end")
    func counted() async throws {
        for perConnection in [true, false] {
            try await withServer(configure: {
                if perConnection { $0.requestBytesPerConnectionMax = 50_000 } else { $0.requestBytesMax = 50_000 }
            }) { _, port in
                for _ in 0..<3 {
                    var bytes = RawFrame.start
                    for stream in [UInt32(1), 3, 5, 7] {
                        bytes += RawFrame.headers(RawFrame.call(), stream: stream)
                        bytes += RawFrame.data(Self.bytesField(16_000), stream: stream, isEnd: false)
                    }
                    let answer = try await RawPeer.provoke(port, bytes) { $0.ended(stream: 7) }
                    #expect(Self.status(answer, stream: 7) == Self.code(.resourceExhausted))
                    for stream in [UInt32(1), 3, 5] { #expect(!answer.ended(stream: stream)) }
                }
            }
        }
    }

    @Test("a message stays counted while its handler works on it, and not longer")
    func countedWhileHandled() async throws {
        let go = Gate()
        var router = RPCRouter.echo
        router.unary("/test.Echo/Slow") { (request: Bytes, _) -> Bytes in
            await go.wait()
            return Bytes()
        }
        try await withServer(router, configure: { $0.requestBytesMax = 40_000 }) { _, port in
            try await RawPeer.with(port: port) { peer, inbound in
                var answer = RawAnswer()
                var bytes = RawFrame.start
                for stream in [UInt32(1), 3, 5] {
                    bytes += RawFrame.headers(RawFrame.call(path: "/test.Echo/Slow"), stream: stream)
                    bytes += RawFrame.data(Self.bytesField(16_000), stream: stream)
                }
                await peer.send(bytes)
                while !answer.ended(stream: 5), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                #expect(Self.status(answer, stream: 5) == Self.code(.resourceExhausted))
                go.open()
                while !answer.ended(stream: 1) || !answer.ended(stream: 3), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                await peer.send(
                    RawFrame.headers(RawFrame.call(path: "/test.Echo/Slow"), stream: 7)
                        + RawFrame.data(Self.bytesField(16_000), stream: 7))
                while !answer.ended(stream: 7), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                #expect(Self.status(answer, stream: 7) == Self.code(.ok))
            }
        }
    }

    /// Sends `bytes` to a server that keeps few, lets the handlers of streams read once all has arrived, and returns
    /// what comes back until a stream has ended.
    private static func overfill(
        _ bytes: [UInt8], _ router: RPCRouter, opening go: Gate, until stream: UInt32
    ) async throws -> RawAnswer {
        try await withServer(router, configure: { $0.requestBytesMax = 40_000 }) { _, port in
            try await RawPeer.with(port: port) { peer, inbound in
                // Answered after everything before it on the connection has arrived.
                let last = UInt32(99)
                await peer.send(
                    RawFrame.start + bytes + RawFrame.headers(RawFrame.call(), stream: last)
                        + RawFrame.data(message(0), stream: last))
                var answer = RawAnswer()
                while !answer.ended(stream: last), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                go.open()
                while !answer.ended(stream: stream), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                return answer
            }
        }
    }

    @Test("the messages of a stream that nobody reads are counted as well")
    func countedStreams() async throws {
        let go = Gate()
        var router = RPCRouter.echo
        router.clientStreaming("/test.Echo/Deaf") { (requests: RPCMessages<Bytes>, _) -> Number in
            await go.wait()
            var count: Int64 = 0
            for try await _ in requests { count += 1 }
            return Number(count)
        }
        var bytes: [UInt8] = []
        for stream in [UInt32(1), 3, 5] {
            bytes += RawFrame.headers(RawFrame.call(path: "/test.Echo/Deaf"), stream: stream)
            bytes += RawFrame.data(Self.bytesField(16_000), stream: stream, isEnd: false)
        }
        let answer = try await Self.overfill(bytes, router, opening: go, until: 5)
        #expect(Self.status(answer, stream: 5) == Self.code(.resourceExhausted))
        for stream in [UInt32(1), 3] { #expect(!answer.ended(stream: stream)) }
    }

    @Test("a stream answers what it had taken before it was too much, and then fails", arguments: [false, true])
    func answeredBeforeTooMuch(isUnfinished: Bool) async throws {
        let go = Gate()
        var router = RPCRouter.echo
        router.bidirectional("/test.Echo/Late") { (requests: RPCMessages<Bytes>, answers: RPCWriter<Number>, _) in
            await go.wait()
            for try await request in requests { try await answers.send(Number(Int64(request.value.count))) }
        }
        var bytes = RawFrame.headers(RawFrame.call(path: "/test.Echo/Late"))
        for byteCount in [16_000, 10_000] { bytes += RawFrame.data(Self.bytesField(byteCount), isEnd: false) }
        // Alone it would fit; a message is too much whole, and too much while it arrives.
        let large = Self.bytesField(16_300)
        bytes += RawFrame.data(isUnfinished ? Array(large.dropLast()) : large, isEnd: false)
        // What follows would fit again, but it is not what the caller sent next.
        if !isUnfinished { bytes += RawFrame.data(Self.bytesField(5), isEnd: false) }
        let answer = try await Self.overfill(bytes, router, opening: go, until: 1)
        #expect(Self.status(answer) == Self.code(.resourceExhausted))
        let messages = answer.frames.filter { $0.type == 0 && $0.stream == 1 && !$0.payload.isEmpty }
        #expect(messages.flatMap(\.payload).count(where: { $0 == 0x08 }) == 2)
    }

    @Test("empty messages cost what they take, so that a stream of them ends as well")
    func countedEmptyMessages() async throws {
        let go = Gate()
        var router = RPCRouter.echo
        router.clientStreaming("/test.Echo/Deaf") { (requests: RPCMessages<Bytes>, _) -> Number in
            await go.wait()
            for try await _ in requests {}
            return Number(0)
        }
        let bytes =
            RawFrame.headers(RawFrame.call(path: "/test.Echo/Deaf"))
            + RawFrame.data([UInt8](repeating: 0, count: 5 * 1_000), isEnd: false)
        let answer = try await Self.overfill(bytes, router, opening: go, until: 1)
        #expect(Self.status(answer) == Self.code(.resourceExhausted))
    }

    /// SETTINGS_INITIAL_WINDOW_SIZE of zero: the peer asks, and takes no answer.
    private static let deafStart = RawFrame.preface + RawFrame.frame(4, [0, 4, 0, 0, 0, 0])

    @Test("answers that nobody reads are given up in time")
    func unreadAnswers() async throws {
        try await withServer(configure: { $0.unsentTimeout = .milliseconds(100) }) { _, port in
            let bytes = Self.deafStart + RawFrame.headers(RawFrame.call()) + RawFrame.data(Self.bytesField(1_000))
            let answer = try await RawPeer.provoke(port, bytes) { $0.has(type: 3, stream: 1) }
            #expect(answer.frames.first { $0.type == 3 }?.payload == [0, 0, 0, 8], "CANCEL")
        }
    }

    @Test("who lets answers pile up is refused further calls, until some are read")
    func pilingAnswers() async throws {
        try await withServer(configure: { $0.unsentBytesPerConnectionMax = 40_000 }) { _, port in
            try await RawPeer.with(port: port) { peer, inbound in
                var answer = RawAnswer()
                func call(_ stream: UInt32) -> [UInt8] {
                    RawFrame.headers(RawFrame.call(), stream: stream)
                        + RawFrame.data(Self.bytesField(16_000), stream: stream)
                }
                await peer.send(Self.deafStart + call(1) + call(3) + call(5) + call(7))
                while !answer.ended(stream: 7), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                #expect(Self.status(answer, stream: 7) == Self.code(.resourceExhausted))
                // Room for stream 1's answer: it goes out whole, and there is room for another call.
                await peer.send(RawFrame.frame(8, stream: 1, [0, 0, 0x7f, 0xff]))
                while !answer.ended(stream: 1), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                await peer.send(call(9) + RawFrame.frame(8, stream: 9, [0, 0, 0x7f, 0xff]))
                while !answer.ended(stream: 9), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                #expect(Self.status(answer, stream: 9) == Self.code(.ok))
            }
        }
    }
}
