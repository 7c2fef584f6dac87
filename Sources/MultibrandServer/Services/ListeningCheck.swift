import Foundation
import NIOCore
import NIOPosix

/// Finds out whether the doors can listen, before anything is started: a taken port is one line then, not a start that
/// is taken back.
package enum ListeningCheck {
    /// An address to listen on, and what names it.
    package struct Door: Sendable {
        /// The address's host.
        package let host: String
        /// The address's port; 0 for a free one.
        package let port: Int
        /// What sets the port: a setting with its variable, or an option.
        package let setting: String

        /// - Parameter setting: What sets the port, for the message.
        package init(host: String, port: Int, setting: String) {
            self.host = host
            self.port = port
            self.setting = setting
        }
    }

    /// Listens on every address at once, and lets go of them again; a port of 0 is always free.
    ///
    /// **Errors** ``ListeningError`` for the first address that cannot be listened on.
    package static func check(_ doors: [Door]) async throws {
        var open: [any Channel] = []
        var problem: ListeningError?
        for door in doors where door.port != 0 {
            do {
                open.append(try await listen(on: door))
            } catch {
                problem = ListeningError(door: door, reason: reason(error, port: door.port))
                break
            }
        }
        for channel in open { try? await channel.close() }
        if let problem { throw problem }
    }

    private static func listen(on door: Door) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: door.host, port: door.port).get()
    }

    /// Why an address cannot be listened on, and what helps, in words.
    package static func reason(_ error: any Error, port: Int) -> String {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            "the address is in use: another process listens there; `ss -ltnp 'sport = :\(port)'` shows which. Stop it, "
                + "or choose another port"
        case EACCES: "this user may not listen on port \(port); choose one above 1023"
        case EADDRNOTAVAIL: "this machine has no such address; `ip address` shows those it has"
        case .some(let code): String(cString: strerror(code))
        case nil: "\(error)"
        }
    }
}
