/// Why a private cluster could not be started or used.
package struct PostgresClusterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stood in the way.
    package enum Reason: String, Sendable, Hashable {
        /// No PostgreSQL server is installed where we look.
        case notInstalled = "POSTGRES_NOT_INSTALLED"
        /// The machine has no user that the server could run as.
        case noServerUser = "POSTGRES_NO_USER"
        /// The directory is used by another process.
        case inUse = "POSTGRES_DIRECTORY_IN_USE"
        /// The directory cannot be made or written.
        case directoryUnusable = "POSTGRES_DIRECTORY_UNUSABLE"
        /// A command of PostgreSQL's failed.
        case commandFailed = "POSTGRES_COMMAND_FAILED"
    }

    /// What stood in the way.
    package let reason: Reason
    /// What happened and what to do.
    package let message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// The reason and the message.
    package var description: String { "\(reason.rawValue): \(message)" }
}
