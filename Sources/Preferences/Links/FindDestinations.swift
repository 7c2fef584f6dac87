package import Cosmo
package import PostgreSQL

/// Reads destinations in another room's transaction.
package struct FindDestinations: Sendable {
    /// Makes the use case.
    package init() {}

    /// The destination of each pair, in the order asked; nil for a pair that was never linked.
    ///
    /// **Cost**: one round trip.
    package func callAsFunction(
        _ pairs: [DestinationKey], on connection: PostgresConnection
    ) async throws -> [Destination?] {
        pairs.isEmpty ? [] : try await connection.pipeline(DestinationStore.find(pairs))
    }
}
