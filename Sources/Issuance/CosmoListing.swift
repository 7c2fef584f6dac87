import Cosmo
import PostgreSQL
import Rewards

/// Cosmo's listing of transactions, read a slice of time at a time, with tries when it fails.
struct CosmoListing: Sendable {
    /// The longest pause between two tries of one listing.
    private static let pauseMax = Duration.seconds(60)

    let cosmo: any CosmoAPI
    let configuration: IssuanceConfiguration

    /// The transactions that Cosmo made in a time, in Cosmo's whole seconds, both ends included.
    ///
    /// **Errors** The last `CosmoError`, once `reconciliationTriesMax` tries failed, the failure is not a passing one, or Cosmo
    /// asks for a longer pause than ``pauseMax``.
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
                let asked = error.retryAfter ?? .zero
                guard error.isTransient, failures < configuration.reconciliationTriesMax, asked <= Self.pauseMax else {
                    throw error
                }
                // The only wait between tries; `Retry-After` makes it longer.
                try await Task.sleep(for: max(configuration.listBackoff.drawn(afterFailures: failures), asked))
            }
        }
    }
}
