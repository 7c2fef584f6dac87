import Cosmo
import PostgreSQL
import Waiting

/// Cosmo's listing of transactions, read a slice of time at a time, with tries when it fails.
struct CosmoListing: Sendable {
    /// The longest pause between two tries of one listing.
    private static let pauseMax = Duration.seconds(60)

    let cosmo: any CosmoAPI
    let configuration: IssuanceConfiguration

    /// The transactions that Cosmo made in a time, in Cosmo's whole seconds, both ends included. A time whose answer
    /// would be too large is asked for in halves, down to a second.
    ///
    /// **Errors** The last `CosmoError`, once `reconciliationTriesMax` tries failed, the failure is not a passing one,
    /// or Cosmo asks for a longer pause than ``pauseMax``.
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
                let seconds = end.duration(since: start).components.seconds
                if error.reason == .answerTooLarge, seconds > 1 {
                    let middle = start.advanced(by: .seconds(seconds / 2))
                    let first = try await transactions(from: start, to: middle)
                    // Both halves have the second in the middle.
                    let known = Set(first.map(\.id))
                    return try await first + transactions(from: middle, to: end).filter { !known.contains($0.id) }
                }
                failures += 1
                let asked = error.retryAfter ?? .zero
                guard error.isTransient, failures < configuration.reconciliationTriesMax, asked <= Self.pauseMax else {
                    throw error
                }
                // The only wait between tries; `Retry-After` makes it longer.
                try await Task.sleep(for: max(configuration.listBackoff.pause(afterFailures: failures), asked))
            }
        }
    }
}
