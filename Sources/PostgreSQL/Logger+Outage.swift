public import Logging

extension Logger {
    /// Logs that something failed and is tried again: at debug while the database is away, for the pool has logged that
    /// outage once, and with what it is.
    public func failed(_ message: Logger.Message, _ error: any Error, _ metadata: Logger.Metadata = [:]) {
        let isOutage = (error as? PostgresError)?.isOutage ?? false
        log(level: isOutage ? .debug : .error, message, metadata: metadata.merging(["error": "\(error)"]) { $1 })
    }
}

extension PostgresError {
    /// Whether the database is away for now, and nothing is wrong with what was asked of it.
    public var isOutage: Bool { isConnectivity || saysServerIsUnavailable }
}
