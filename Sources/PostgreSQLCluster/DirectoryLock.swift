import Glibc
import Synchronization

/// Held for as long as a process uses a cluster's directory; the kernel lets go of it when the process dies.
final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(directory: String) throws(PostgresClusterError) {
        let path = directory + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw PostgresClusterError(
                .directoryUnusable, "\"\(path)\" cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw PostgresClusterError(
                .inUse, "the cluster in \"\(directory)\" is used by another multibrand process; stop that one first")
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets other processes use the directory.
    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }
}
