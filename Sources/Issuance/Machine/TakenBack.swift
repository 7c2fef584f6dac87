public import PostgreSQL

/// Points that a refund took back from the issuer's own wallet.
public struct TakenBack: Sendable, Hashable {
    /// How much, in millionths of a point; whole points.
    public let micro: Int64
    /// The row of the wallet's ledger that took it.
    public let transactionID: String
    /// When.
    public let recordedAt: PostgresTimestamp
}
