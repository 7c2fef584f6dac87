import Foundation

/// One of many plain connections that are held open; its calls never block for long.
final class FloodSocket: Sendable {
    private let descriptor: Int32

    /// - Parameter receiveBytes: The size of the system's buffer for what is not read yet.
    init(port: Int, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Unusable("no socket: \(errno)") }
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in.loopback(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard connected == 0 else {
            let code = errno
            close(descriptor)
            throw Unusable("no connection to port \(port): \(code)")
        }
    }

    deinit { close(descriptor) }

    /// Sends as much as fits now.
    ///
    /// - Returns: how many bytes were taken; nil once the peer has closed.
    @discardableResult
    func send(_ bytes: some RandomAccessCollection<UInt8>) -> Int? {
        let count = Array(bytes).withUnsafeBytes { all in
            Glibc.send(descriptor, all.baseAddress, all.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count < 0 { return errno == EAGAIN ? 0 : nil }
        return count
    }

    @discardableResult
    func send(_ text: String) -> Int? { send(Array(text.utf8)) }

    /// What comes first, waited for so many milliseconds; empty when nothing does, or when the peer has closed.
    func received(within milliseconds: Int32) -> String {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, milliseconds) > 0 else { return "" }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
    }

    /// Whether the peer has closed or reset it; reads nothing.
    var isClosedByPeer: Bool {
        // POLLRDHUP, a macro that Swift does not see.
        var event = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        return poll(&event, 1, 0) > 0
    }
}
