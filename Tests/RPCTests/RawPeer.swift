import NIOCore
import NIOPosix

/// A peer that sends any bytes it likes and gathers what it receives.
struct RawPeer {
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, lends the peer to the closure, and closes.
    static func with<Result: Sendable>(
        port: Int,
        _ body:
            @concurrent @Sendable (RawPeer, inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator)
            async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await body(RawPeer(channel: channel), &iterator)
        }
    }

    /// Sends the bytes and reads until the answer is enough or the server hangs up.
    static func provoke(
        _ port: Int, _ bytes: [UInt8], until isEnough: @Sendable (RawAnswer) -> Bool
    ) async throws -> RawAnswer {
        try await with(port: port) { peer, inbound in
            await peer.send(bytes)
            var answer = RawAnswer()
            do {
                while !isEnough(answer), let buffer = try await inbound.next() {
                    // Acknowledgements are counted, not kept: floods are answered by the thousand.
                    answer.bytes += buffer.readableBytesView
                    if answer.bytes.count > 1_000_000 { answer.bytes = [] }
                }
            } catch {
                // A reset of the connection is an end like any other.
            }
            return answer
        }
    }

    /// Sends bytes; a peer that has hung up is no error here.
    func send(_ bytes: [UInt8]) async {
        try? await channel.channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }
}

/// Frames of HTTP/2 made by hand (RFC 9113 section 4.1), headers without compression (RFC 7541 section 6.2.2).
enum RawFrame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let count = payload.count
        let head = [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
        return head + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 255) } + payload
    }

    static let settings = frame(4)
    static let start = preface + settings

    static func headers(
        _ fields: [(String, String)], stream: UInt32 = 1, isEnd: Bool = false, endsBlock: Bool = true
    ) -> [UInt8] {
        frame(1, flags: (isEnd ? 1 : 0) | (endsBlock ? 4 : 0), stream: stream, fields.flatMap { field($0.0, $0.1) })
    }

    static func field(_ name: String, _ value: String) -> [UInt8] {
        [0] + text(name) + text(value)
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    static func call(
        path: String = "/test.Echo/Get", method: String = "POST", contentType: String = "application/grpc",
        _ more: [(String, String)] = []
    ) -> [(String, String)] {
        [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "test"),
            ("content-type", contentType), ("te", "trailers"),
        ] + more
    }

    static func data(_ payload: [UInt8], stream: UInt32 = 1, isEnd: Bool = true) -> [UInt8] {
        frame(0, flags: isEnd ? 1 : 0, stream: stream, payload)
    }
}

/// Reads the frames of an answer; enough of header compression to look for a text in a header block.
struct RawAnswer {
    var bytes: [UInt8] = []

    /// Each complete frame: type, flags, stream, payload.
    var frames: [(type: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8])] {
        var list: [(type: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8])] = []
        var position = 0
        while position + 9 <= bytes.count {
            let count = Int(bytes[position]) << 16 | Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
            guard position + 9 + count <= bytes.count else { break }
            let stream = bytes[(position + 5)..<(position + 9)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            list.append(
                (
                    bytes[position + 3], bytes[position + 4], stream,
                    Array(bytes[(position + 9)..<(position + 9 + count)])
                ))
            position += 9 + count
        }
        return list
    }

    func has(type: UInt8, stream: UInt32? = nil) -> Bool {
        frames.contains { $0.type == type && (stream == nil || $0.stream == stream) }
    }

    /// Whether the stream was ended by either of HEADERS, DATA with END_STREAM, or RST_STREAM.
    func ended(stream: UInt32) -> Bool {
        frames.contains { $0.stream == stream && ($0.type == 3 || ($0.type <= 1 && $0.flags & 1 != 0)) }
    }
}
