package import Cosmo
package import PostgreSQL

/// Reads where points go, inside the planner's transaction; nil for a pair that was never linked.
///
/// It gives one answer for each key, in their order. Composition fills it from the room of preferences.
package typealias DestinationLookup =
    @Sendable (PostgresConnection, [DestinationKey]) async throws -> [Destination?]

extension Destination {
    /// The end of the wait that lies ahead; nil when nothing waits any more.
    func wait(at now: PostgresTimestamp) -> PostgresTimestamp? {
        waitsUntilMicros.map(PostgresTimestamp.init(microsecondsSinceEpoch:)).flatMap { $0 > now ? $0 : nil }
    }
}
