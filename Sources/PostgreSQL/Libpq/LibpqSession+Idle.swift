import CPostgreSQL
import Glibc

extension LibpqSession {
    /// Waits between jobs for new work, a notification, or the server hanging up; false when the connection is gone.
    func waitWhileIdle() -> Bool {
        var descriptors = [
            pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&descriptors, 2, -1)
        if ready < 0 { return errno == EINTR }
        if descriptors[1].revents != 0 { wake.clear() }
        // While rows are being streamed the socket is readable between jobs; those rows wait for the next job.
        if descriptors[0].revents != 0 && stream == nil {
            guard PQconsumeInput(connection) == 1, !isBroken else { return false }
        }
        return true
    }
}
