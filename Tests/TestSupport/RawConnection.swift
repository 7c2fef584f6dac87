import Foundation

/// A plain socket, to send what no HTTP client would.
///
/// Its calls block a thread of their own.
public final class RawConnection: Sendable {
    /// A call of the system that was refused.
    public struct Refused: Error {
        /// The call's name.
        public let call: String
        /// The system's number of the error.
        public let code: Int32
    }

    private let descriptor: Int32

    /// Connects to a port of this machine; what is not read within five minutes is an error.
    ///
    /// - Parameter receiveBytes: The size of the system's buffer for what is not read yet.
    public init(port: Int, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Refused(call: "socket", code: errno) }
        var limit = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard connected == 0 else { throw Refused(call: "connect", code: errno) }
    }

    deinit { close(descriptor) }

    /// Sends all of it, or as much as the peer takes before it closes.
    public func send(_ bytes: [UInt8]) async throws {
        try await blocking { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { all in
                    Glibc.send(descriptor, all.baseAddress! + sent, all.count - sent, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    /// Sends a text.
    public func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Tells the peer that no more will be sent.
    public func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Resets the connection, as a client that crashed does.
    public func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        var null = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        // Dissolves the association, which sends the reset at once; the descriptor is closed with this object.
        connect(descriptor, &null, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Reads until the text has come, or until the peer closes when it is nil.
    public func read(until text: String? = nil) async throws -> String {
        try await blocking { [descriptor] in
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while text.map({ !String(decoding: received, as: UTF8.self).contains($0) }) ?? true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count < 0, errno == EAGAIN { throw Refused(call: "recv timed out", code: errno) }
                guard count > 0 else { break }
                received.append(contentsOf: buffer[..<count])
            }
            return String(decoding: received, as: UTF8.self)
        }
    }

    /// Waits, without reading anything, until the peer has closed or reset the connection; false after ten seconds.
    public func closedByPeer() async throws -> Bool {
        try await blocking { [descriptor] in
            // POLLRDHUP, a macro that Swift does not see.
            var event = pollfd(fd: descriptor, events: 0x2000, revents: 0)
            return poll(&event, 1, 10_000) > 0
        }
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Sends bytes, ends the input when asked to, and gives what comes until the peer closes.
    public static func exchange(port: Int, _ bytes: [UInt8], endsInput: Bool = false) async throws -> String {
        let connection = try RawConnection(port: port)
        try await connection.send(bytes)
        if endsInput { connection.endInput() }
        return try await connection.read()
    }

    /// Sends a text, ends the input when asked to, and gives what comes until the peer closes.
    public static func exchange(port: Int, _ text: String, endsInput: Bool = false) async throws -> String {
        try await exchange(port: port, Array(text.utf8), endsInput: endsInput)
    }
}
