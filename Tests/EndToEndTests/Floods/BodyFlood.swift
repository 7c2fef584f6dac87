import Foundation
import Glibc

/// Many calls on one HTTP/2 connection that send bytes and never the end of their stream, paying no heed to windows.
struct BodyFlood: Sendable {
    let port: Int
    let path: String
    let key: String?
    let streams: Int
    /// What each stream sends; a message with its prefix, or a part of one.
    let body: [UInt8]

    /// Sends everything, or as much as the server takes; returns when it is sent or the server has hung up.
    ///
    /// - Parameter whileOpen: runs before the connection is closed.
    func send(whileOpen: @Sendable () async throws -> Void) async throws {
        let descriptor = try connected()
        defer { close(descriptor) }
        await withCheckedContinuation { continuation in
            // What the server answers is read and dropped, or neither side could go on.
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
            }
            Thread.detachNewThread {
                sendAll(descriptor)
                continuation.resume()
            }
        }
        try await whileOpen()
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func connected() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Unusable("no socket: \(errno)") }
        var address = sockaddr_in.loopback(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard code == 0 else { throw Unusable("the port \(port) does not answer: \(errno)") }
        return descriptor
    }

    private func sendAll(_ descriptor: Int32) {
        guard put(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, stream: 0, []), descriptor) else { return }
        for number in 0..<streams {
            let stream = 2 * number + 1
            guard put(frame(1, flags: 4, stream: stream, headers), descriptor) else { return }
            for start in stride(from: 0, to: body.count, by: 16_384) {
                let piece = Array(body[start..<min(start + 16_384, body.count)])
                guard put(frame(0, stream: stream, piece), descriptor) else { return }
            }
        }
    }

    private var headers: [UInt8] {
        var fields = [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "flood"), ("te", "trailers"),
            ("content-type", "application/grpc"),
        ]
        if let key { fields.append(("authorization", "Bearer \(key)")) }
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0, UInt8(name.utf8.count)] + Array(name.utf8)
            block += [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        return block
    }

    private func frame(_ type: UInt8, flags: UInt8 = 0, stream: Int, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        var bytes: [UInt8] = [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(stream >> shift & 255)) }
        return bytes + payload
    }

    private func put(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
