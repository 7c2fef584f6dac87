import CPostgreSQL
import Logging

/// A pooler is in front of the server and lends its sessions by the transaction, so that what a session holds (locks,
/// LISTEN, settings, prepared statements) belongs to nobody in particular.
package struct SharedSessionsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what to do.
    package let message =
        "a connection pooler in front of PostgreSQL (pgbouncer or the like) lends server sessions by the transaction. "
        + "Advisory locks, LISTEN and prepared statements do not work over it. Name the server itself, or a pooler "
        + "with "
        + "session pooling (pgbouncer: pool_mode = session)"

    /// The reason and the message.
    package var description: String { "DATABASE_SESSIONS_SHARED: \(message)" }
}
