public import PostgreSQL

/// One row of a member's ledger (contract section 6).
public struct WalletTransaction: Sendable, Hashable {
    /// The row's id.
    public let id: String
    /// Its place in the member's ledger, from 1 without gaps.
    public let sequence: Int64
    /// `CREDIT` or `DEBIT`; an open list for readers.
    public let type: String
    /// Why it was written.
    public let cause: WalletCause
    /// Points; positive for credits, negative for debits.
    public let amount: Int64
    /// The balance after this row, in points.
    public let balanceAfter: Int64
    /// A mint's reason, or a fixed label.
    public let reason: String?
    /// The redemption paid for or given back.
    public let redemptionID: String?
    /// When it was written.
    public let createdAt: PostgresTimestamp
}
