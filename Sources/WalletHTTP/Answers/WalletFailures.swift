import Logging
import PostgreSQL

/// Turns what a call has thrown into its refusal, and logs what an operator has to hear of.
struct WalletFailures: Sendable {
    let logger: Logger

    /// The refusal of a call that threw `error`.
    func refusal(of error: any Error, _ metadata: Logger.Metadata) -> WalletRefusal {
        let refusal = WalletRefusal(of: error)
        switch error {
        case let error as PostgresError: logger.callFailed(error, metadata)
        // The caller has gone, or the service is stopping.
        case is CancellationError: break
        case _ where refusal.status >= 500:
            logger.error(
                "a wallet request failed",
                metadata: metadata.merging(["status": "\(refusal.status)", "error": "\(error)"]) { $1 })
        default: break
        }
        return refusal
    }
}
