import Cosmo
import PostgreSQL
import Rewards

/// Cosmo's listing of transactions, read a slice of time at a time, with tries when it fails.
struct CosmoListing: Sendable {
    let cosmo: any CosmoAPI
    let configuration: IssuanceConfiguration

    /// The transactions that Cosmo made in a time, in Cosmo's whole seconds, both ends included.
    ///
    /// **Errors** The last `CosmoError`, once `reconciliationTriesMax` tries failed or the failure is not a passing one.
    func transactions(
        from start: PostgresTimestamp, to end: PostgresTimestamp
    ) async throws -> [CosmoTransaction] {
        var failures = 0
        while true {
            do {
                return try await cosmo.transactions(
                    fromSeconds: start.microsecondsSinceEpoch / 1_000_000,
                    toSeconds: end.microsecondsSinceEpoch / 1_000_000, programID: nil)
            } catch {
                failures += 1
                guard error.isTransient, failures < configuration.reconciliationTriesMax else { throw error }
                // The only wait between tries; `Retry-After` makes it longer.
                let pause = configuration.listBackoff.drawn(afterFailures: failures)
                try await Task.sleep(for: max(pause, error.retryAfter ?? .zero))
            }
        }
    }
}
