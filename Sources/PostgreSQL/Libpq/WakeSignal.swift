import CPostgreSQL
import Glibc

/// A file descriptor that becomes readable when another thread wants the attention of a thread waiting in `poll`.
final class WakeSignal: Sendable {
    let descriptor: Int32

    init() throws(PostgresError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw PostgresError(
                .connectionFailed, "no file descriptor is left (errno \(errno)); raise the limit (ulimit -n)")
        }
    }

    deinit { close(descriptor) }

    func raise() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) already means "awake"; no other error is possible on an eventfd.
        _ = write(descriptor, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

extension WakeSignal {
    /// Waits until the signal is raised or the time has passed.
    func wait(atMost pause: Duration) {
        let (seconds, attoseconds) = pause.components
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        poll(&descriptors, 1, Int32(min(seconds, 3600)) * 1000 + Int32(attoseconds / 1_000_000_000_000_000))
        clear()
    }
}
