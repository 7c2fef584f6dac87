@testable import Audit

extension Fault {
    private static let issuance = ["card_id": "card_2", "reference_number": "mb-card_2-wallet"]
    private static let reversal = [
        "card_id": "card_2", "program_id": "stars", "wallet_transaction_id": "wtx_back_card_2",
    ]
    private static func row(_ transactionID: String) -> [String: String] {
        ["environment": "LIVE", "transaction_id": transactionID]
    }

    /// Lets the ledger be changed, which its triggers refuse.
    private static func ledger(_ change: String) -> String {
        "alter table wallet_transactions disable trigger user; \(change)"
    }

    static let ofWalletPayouts = [
        Fault(
            "an issuance of the wallet's program that Cosmo settled", .issuancePaysInto, issuance,
            """
            alter table issuances drop constraint issuances_wallet_confirmed;
            update issuances set settled_by = 'operator', wallet_environment = null where reference_number = \
            'mb-card_2-wallet'
            """),
        Fault(
            "an issuance paid into the wallet by a program of Cosmo's", .issuancePaysInto,
            ["card_id": "card_2", "reference_number": "mb-card_2-by-hand"],
            """
            update issuances set settled_by = 'wallet', wallet_environment = 'LIVE', attempts = 0
            where reference_number = 'mb-card_2-by-hand'
            """),
        Fault(
            "an issuance without its credit", .issuanceWalletCredit, issuance,
            ledger("update wallet_transactions set issue_reference = null where issue_reference = 'mb-card_2-wallet'")),
        Fault(
            "an issuance paid twice", .issuanceWalletCredit, issuance,
            ledger(
                """
                drop index wallet_transactions_one_issue_idx;
                update wallet_transactions set issue_reference = 'mb-card_2-wallet'
                where issue_reference = 'mb-card_3-wallet'
                """)),
        Fault(
            "an issuance of other points than were paid", .issuanceWalletCredit, issuance,
            "update issuances set sent_value = 2 where reference_number = 'mb-card_2-wallet'"),
        Fault(
            "an issuance paid into the other world of the wallet", .issuanceWalletCredit, issuance,
            "update issuances set wallet_environment = 'SANDBOX' where reference_number = 'mb-card_2-wallet'"),
        Fault(
            "an issuance paid to somebody else", .issuanceWalletCredit, issuance,
            "update cards set user_id = 'Elsewhere' where card_id = 'card_2'"),
        Fault(
            "a reversal of other points than were taken", .reversalWalletDebit, reversal,
            "update issuance_reversals set quantity_micro = 2000000 where card_id = 'card_2'"),
        Fault(
            "a reversal whose debit is something else", .reversalWalletDebit, reversal,
            ledger(
                """
                update wallet_transactions set cause = 'forfeit' where transaction_id = 'wtx_back_card_2'
                """)),
        Fault(
            "more taken back than was ever paid", .reversalBounded,
            ["card_id": "card_2", "program_id": "stars", "unit": "points"],
            "update issuance_reversals set quantity_micro = 4000000 where card_id = 'card_2'"),
        Fault(
            "a reversal is lost, so that what was paid still counts as issued", .positionIssued,
            ["card_id": "card_2", "program_id": "stars", "unit": "points"],
            "delete from issuance_reversals where card_id = 'card_2'"),
        Fault(
            "a row of the ledger claims an issuance that is not there", .walletRowClaimed, row("wtx_paid_card_2"),
            "delete from issuances where reference_number = 'mb-card_2-wallet'"),
        Fault(
            "points taken back for no position", .walletRowClaimed, row("wtx_back_card_2"),
            "delete from issuance_reversals where card_id = 'card_2'"),
    ]
}
