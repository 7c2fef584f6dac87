import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The ledger's constraints against SQL by hand")
struct LedgerConstraintTests {
    static let row = """
        insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause, amount,
            balance_after, received_after, redemption_id, created_at) values
        """

    @Test(
        "no statement breaks the identity, the chain or the past",
        arguments: [
            ("update wallet_members set balance = balance + 1", "wallet_members_identity"),
            (
                "update wallet_members set balance = 50, amount_spent = amount_received - 50",
                "wallet_members_agree_with_ledger"
            ),
            ("update wallet_members set balance = -1, amount_spent = 101", "wallet_members_balance_not_negative"),
            (
                "update wallet_members set balance = 9007199254740992, amount_received = 9007199254740992",
                "wallet_members_totals_in_range"
            ),
            ("update wallet_members set ledger_sequence = 2", "wallet_members_agree_with_ledger"),
            ("update wallet_transactions set amount = 101", "wallet_transactions_append_only"),
            ("delete from wallet_transactions", "wallet_transactions_append_only"),
            ("truncate wallet_transactions cascade", "wallet_transactions_append_only"),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'CREDIT', 'mint', 5, 105, 105, null, now())",
                "wallet_members_agree_with_ledger"
            ),
            (
                row + " ('SANDBOX', 'm', 3, 't', 'CREDIT', 'mint', 5, 105, 105, null, now())",
                "wallet_transactions_without_gaps"
            ),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'CREDIT', 'mint', 5, 106, 106, null, now())",
                "wallet_transactions_chain"
            ),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'DEBIT', 'mint', -5, 95, 100, null, now())",
                "wallet_transactions_cause_matches_type"
            ),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'DEBIT', 'spend', -5, 95, 100, null, now())",
                "wallet_transactions_redemption_named"
            ),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'DEBIT', 'spend', -5, 95, 100, 'r0', now())",
                "wallet_transactions_redemption_fkey"
            ),
            (
                row + " ('LIVE', 'm', 1, 't', 'CREDIT', 'mint', 5, 5, 5, null, now())",
                "wallet_transactions_member_fkey"
            ),
            ("update wallet_members set held = 31", "wallet_members_agree_with_holds"),
            ("update wallet_members set held = 101", "wallet_members_held_in_balance"),
            ("update wallet_members set held = -1", "wallet_members_held_in_balance"),
            ("update wallet_holds set status = 'RELEASED', ended_at = now()", "wallet_members_agree_with_holds"),
            ("update wallet_holds set amount = 31", "wallet_holds_end_once"),
            ("update wallet_holds set expires_at = now() + interval '1 day'", "wallet_holds_end_once"),
            ("delete from wallet_holds", "wallet_holds_end_once"),
            ("truncate wallet_holds cascade", "wallet_holds_end_once"),
            (
                "update wallet_holds set status = 'CAPTURED', ended_at = now()",
                "wallet_holds_captured_matches_status"
            ),
            (
                row + " ('SANDBOX', 'm', 2, 't', 'DEBIT', 'capture', -5, 95, 100, null, now())",
                "wallet_transactions_hold_named"
            ),
        ])
    func constraints(sql: String, constraint: String) async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            _ = try await HoldTests.place(wallet, 30)
            let error = await #expect(throws: PostgresError.self) {
                try await wallet.context.pool.withTransaction { connection in
                    _ = try await connection.query(sql)
                }
            }
            #expect(error?.constraint == constraint, "\(String(describing: error))")
            #expect(try await wallet.accounts.wallet(by: wallet.member("m")).balance == 100)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }
}
