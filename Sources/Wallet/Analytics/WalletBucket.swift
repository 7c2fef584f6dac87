package import PostgreSQL

/// What happened in one part of a time series.
package struct WalletBucket: Sendable, Hashable {
    /// From when on.
    package let startAt: PostgresTimestamp
    /// Up to when, exclusive.
    package let endAt: PostgresTimestamp
    /// Redemptions submitted.
    package let signups: Int64
    /// Points credited, without refunds.
    package let pointsMinted: Int64
    /// Points spent, whether given back later or not.
    package let pointsSpent: Int64
}
