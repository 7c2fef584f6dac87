import Glibc
import Synchronization

/// Ports that a process may leave and take again.
enum FreePort {
    private static let chosen = Mutex<Set<Int>>([])

    /// Finds a free loopback port below those the kernel gives to outgoing connections, and that no other test of this
    /// process was given, so that nobody takes it before the service listens or while it is down.
    static func choose() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 15_000..<32_000)
            if isFree(port), chosen.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw Unusable("no free loopback port was found between 15000 and 32000")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in.loopback(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        } == 0
    }
}

extension sockaddr_in {
    /// 127.0.0.1 with a port.
    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
