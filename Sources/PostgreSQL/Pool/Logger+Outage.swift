package import Logging

extension Logger {
    /// Logs that something failed and is tried again: at debug while the database is away, for the pool has logged that
    /// outage once, and with what it is.
    package func failed(_ message: Logger.Message, _ error: any Error, _ metadata: Logger.Metadata = [:]) {
        let isOutage = (error as? PostgresError)?.meaning.isOutage ?? false
        log(level: isOutage ? .debug : .error, message, metadata: metadata.merging(["error": "\(error)"]) { $1 })
    }
}
