package import PostgreSQL

/// Points that a refund took back from the issuer's own wallet.
package struct TakenBack: Sendable, Hashable {
    /// How much, in millionths of a point; whole points.
    package let micro: Int64
    /// The row of the wallet's ledger that took it.
    package let transactionID: String
    /// When.
    package let recordedAt: PostgresTimestamp
}
