import PostgreSQL
import Rewards

/// The fixed texts of ledger rows that nobody gave a reason for (contract U4).
enum WalletLabel {
    static let spend = "redemption"
    static let refund = "redemption canceled"
    static let forfeit = "member removed"
    static let reward = "card rewards"
    static let clawback = "refund of a purchase"
    static let capture = "purchase"
}
