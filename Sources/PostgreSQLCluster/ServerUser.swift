import Foundation
import Glibc

/// The user the server runs as: ourselves, or, since PostgreSQL refuses to run as root, a user without privileges.
struct ServerUser: Sendable {
    /// Nil when the commands run as ourselves.
    let name: String?
    let uid: uid_t
    let gid: gid_t

    static func choose() throws(PostgresClusterError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(name: nil, uid: geteuid(), gid: getegid()) }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return ServerUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
            }
        }
        throw PostgresClusterError(
            .noServerUser, "PostgreSQL does not run as root, and there is no user \"postgres\" or \"nobody\"; add one")
    }

    /// The command line that runs `arguments` as this user.
    func command(_ arguments: [String]) -> [String] {
        guard name != nil else { return arguments }
        return ["setpriv", "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--"] + arguments
    }

    /// Whether this user may enter a directory, which below a private home it may not.
    func canEnter(_ directory: String) async -> Bool {
        if name == nil { return true }
        return await ChildProcess.run(command(["test", "-x", directory])).isSuccess
    }

    /// Makes a directory of this user's that nobody else can look into.
    func makeDirectory(_ path: String) throws(PostgresClusterError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST, name == nil || chown(path, uid, gid) == 0 else {
            throw PostgresClusterError(
                .directoryUnusable,
                "\"\(path)\" cannot be made: \(String(cString: strerror(errno))); choose another directory")
        }
    }
}
