package import PostgreSQL

/// One row of a member's ledger (contract section 6).
package struct WalletTransaction: Sendable, Hashable {
    /// The row's id.
    package let id: String
    /// Its place in the member's ledger, from 1 without gaps.
    package let sequence: Int64
    /// `CREDIT` or `DEBIT`; an open list for readers.
    package let type: String
    /// Why it was written.
    package let cause: WalletCause
    /// Points; positive for credits, negative for debits.
    package let amount: Int64
    /// The balance after this row, in points.
    package let balanceAfter: Int64
    /// A mint's reason, or a fixed label.
    package let reason: String?
    /// The redemption paid for or given back.
    package let redemptionID: String?
    /// The hold that was captured.
    package let holdID: String?
    /// When it was written.
    package let createdAt: PostgresTimestamp
}
