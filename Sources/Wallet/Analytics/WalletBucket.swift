public import PostgreSQL

/// What happened in one part of a time series.
public struct WalletBucket: Sendable, Hashable {
    /// From when on.
    public let startAt: PostgresTimestamp
    /// Up to when, exclusive.
    public let endAt: PostgresTimestamp
    /// Redemptions submitted.
    public let signups: Int64
    /// Points credited, without refunds.
    public let pointsMinted: Int64
    /// Points spent, whether given back later or not.
    public let pointsSpent: Int64
}
