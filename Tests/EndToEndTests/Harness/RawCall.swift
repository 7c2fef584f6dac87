import Foundation
import Glibc

/// A gRPC call written byte for byte, to send what no gRPC library would.
struct RawCall {
    /// What the peer did.
    enum Answer: Hashable {
        /// It ended the call with this `grpc-status`.
        case status(Int)
        /// It closed the connection.
        case closed
        /// It did neither within ten seconds.
        case silence
    }

    let port: Int

    /// Calls a method with this body: length prefix and message, as they are. The stream is left open.
    func call(_ path: String, key: String, body: [UInt8]) async throws -> Answer {
        try await exchange(
            Self.request(path, authority: "127.0.0.1:\(port)", authorization: ["Bearer \(key)"], body: body))
    }

    /// Calls a method with an empty message and these values of `authorization`, and ends the stream.
    func call(_ path: String, authorization: [String]) async throws -> Answer {
        let request = Self.request(
            path, authority: "127.0.0.1:\(port)", authorization: authorization, body: [0, 0, 0, 0, 0], isEnd: true)
        return try await exchange(request)
    }

    /// Sends bytes that need not be HTTP/2 at all.
    func exchange(_ bytes: [UInt8]) async throws -> Answer {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.blockingExchange(port: port, bytes) })
            }
        }
    }

    /// Preface, empty SETTINGS, HEADERS without Huffman or table (RFC 7541, section 6.2.2), one DATA frame.
    private static func request(
        _ path: String, authority: String, authorization: [String], body: [UInt8], isEnd: Bool = false
    ) -> [UInt8] {
        let fields =
            [
                (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority),
                ("te", "trailers"),
                ("content-type", "application/grpc"),
            ] + authorization.map { ("authorization", $0) }
        var block: [UInt8] = []
        for (name, value) in fields { block += [0] + text(name) + text(value) }
        return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4, flags: 0, stream: 0, [])
            + frame(type: 1, flags: 4, stream: 1, block) + frame(type: 0, flags: isEnd ? 1 : 0, stream: 1, body)
    }

    /// A string without Huffman (RFC 7541, section 5.2), its length in the integer code with a prefix of seven bits.
    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        precondition(bytes.count < 127 + 128, "a longer string needs a longer length")
        return [127, UInt8(bytes.count - 127)] + bytes
    }

    private static func frame(type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        precondition(count < 16_384, "a larger frame needs the peer's leave")
        return [0, UInt8(count >> 8), UInt8(count & 0xFF), type, flags, 0, 0, 0, stream] + payload
    }

    /// `grpc-status` in the Huffman code of RFC 7541, appendix B, with the length octet before it.
    private static let statusName: [UInt8] = [0x88, 0x9A, 0xCA, 0xC8, 0xB2, 0x12, 0x34, 0xDA, 0x8F]

    private static func status(in received: [UInt8]) -> Int? {
        guard let name = received.firstRange(of: statusName), name.upperBound < received.count else { return nil }
        let length = Int(received[name.upperBound])
        let digits = received[(name.upperBound + 1)...].prefix(length)
        guard length <= 2, digits.count == length else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func blockingExchange(port: Int, _ bytes: [UInt8]) throws -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Unusable("no socket: \(errno)") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in.loopback(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard connected == 0 else { throw Unusable("the port \(port) does not answer: \(errno)") }
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { return errno == ECONNRESET ? .closed : .silence }
            guard count > 0 else { return .closed }
            received.append(contentsOf: buffer[..<count])
            if let status = status(in: received) { return .status(status) }
        }
    }
}
