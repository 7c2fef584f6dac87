package import Logging
import PostgreSQL

extension Inbox {
    /// Logs that a delivery could not be stored; an outage of the database is logged once, by its pool.
    package func log(notStored kind: InboxKind, _ error: any Error, to logger: Logger) {
        logger.failed(
            "a webhook delivery could not be stored; its sender must send it again", error,
            ["kind": "\(kind.rawValue)"])
    }
}
