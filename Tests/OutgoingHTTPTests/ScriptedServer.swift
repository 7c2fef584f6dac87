import Foundation
import Synchronization

/// A server on a free port that does with each request what the test says, over plain sockets on threads of their own.
final class ScriptedServer: Sendable {
    /// What becomes of a request.
    enum Reply: Sendable {
        /// It is answered, and the connection kept.
        case answer(String)
        /// It is answered, and the connection closed.
        case lastAnswer(String)
        /// The connection is closed.
        case close
        /// Nothing, until the client closes.
        case silence
    }

    /// A request as it arrived.
    struct Arrival: Sendable {
        /// Connections are numbered from zero.
        let connection: Int
        let head: String
        let body: String
    }

    private struct State {
        var connectionCount = 0
        var closedCount = 0
        var arrivals: [Arrival] = []
    }

    private final class Record: Sendable {
        let state = Mutex(State())
        let reply: @Sendable (Arrival, _ index: Int) -> Reply
        init(_ reply: @escaping @Sendable (Arrival, _ index: Int) -> Reply) { self.reply = reply }
    }

    static let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    let port: Int
    private let listener: Int32
    private let record: Record

    /// - Parameter reply: called with each request and how many came before it.
    init(_ reply: @escaping @Sendable (Arrival, _ index: Int) -> Reply) throws {
        struct Unusable: Error {}
        record = Record(reply)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && getsockname(listener, address, &size) == 0
            }
        }
        guard bound, listen(listener, 256) == 0 else { throw Unusable() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [listener, record] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.serve(connection, record) }
            }
        }
    }

    /// Ends the listening; connections end with their clients.
    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)/path" }
    var arrivals: [Arrival] { record.state.withLock { $0.arrivals } }
    var closedCount: Int { record.state.withLock { $0.closedCount } }

    private static func serve(_ descriptor: Int32, _ record: Record) {
        let number = record.state.withLock { state in
            state.connectionCount += 1
            return state.connectionCount - 1
        }
        defer {
            close(descriptor)
            record.state.withLock { $0.closedCount += 1 }
        }
        var received: [UInt8] = []
        while let (head, body) = request(descriptor, &received) {
            let arrival = Arrival(connection: number, head: head, body: body)
            let index = record.state.withLock { state in
                state.arrivals.append(arrival)
                return state.arrivals.count - 1
            }
            switch record.reply(arrival, index) {
            case .answer(let text): write(descriptor, text)
            case .lastAnswer(let text): return write(descriptor, text)
            case .close: return
            case .silence:
                _ = more(descriptor, &received)
                return
            }
        }
    }

    private static func request(_ descriptor: Int32, _ received: inout [UInt8]) -> (head: String, body: String)? {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let length =
                    head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
                    .flatMap { Int($0.dropFirst(16)) } ?? 0
                let headCount = head.utf8.count + 4
                if received.count >= headCount + length {
                    let body = String(decoding: received[headCount..<headCount + length], as: UTF8.self)
                    received.removeFirst(headCount + length)
                    return (head, body)
                }
            }
            guard more(descriptor, &received) else { return nil }
        }
    }

    private static func more(_ descriptor: Int32, _ received: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received.append(contentsOf: buffer[..<count])
        return true
    }

    private static func write(_ descriptor: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
