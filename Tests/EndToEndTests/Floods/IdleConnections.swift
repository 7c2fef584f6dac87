import Glibc

/// Connections that say nothing, held open by this process until they are dropped.
final class IdleConnections: Sendable {
    private let descriptors: [Int32]

    /// Opens connections to a loopback port, as many as the system lets it.
    init(_ count: Int, port: Int) {
        descriptors = (0..<count).compactMap { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return nil }
            var address = sockaddr_in.loopback(port)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
            }
            guard connected == 0 else {
                close(descriptor)
                return nil
            }
            return descriptor
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    var count: Int { descriptors.count }
}
