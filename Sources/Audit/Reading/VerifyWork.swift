import PostgreSQL
import Synchronization

/// A part of the work that one reader does on one connection.
enum VerifyWork: Sendable {
    /// Everything about these cards.
    case cards(CardScope)
    /// One check that the database makes by itself.
    case rows(RowAudit, CardScope)
    /// Everything about these members' wallets.
    case members(MemberScope)
    /// One check of the wallet that the database makes by itself.
    case memberRows(WalletRowAudit, MemberScope)
}
