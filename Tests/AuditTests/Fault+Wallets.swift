@testable import Audit

extension Fault {
    private static func member(
        _ id: String, _ environment: String = "SANDBOX", row sequence: Int? = nil
    ) -> [String: String] {
        var key = ["environment": environment, "external_user_id": id]
        if let sequence { key["sequence"] = "\(sequence)" }
        return key
    }

    private static func redemption(_ id: String) -> [String: String] {
        ["environment": "SANDBOX", "redemption_id": id]
    }

    private static func hold(_ id: String) -> [String: String] {
        ["environment": "SANDBOX", "hold_id": id]
    }

    private static func pool(_ sequence: String) -> [String: String] {
        ["environment": "LIVE", "sequence": sequence]
    }

    /// Lets wallets be changed, which their triggers refuse.
    private static func open(_ change: String) -> String {
        """
        alter table wallet_transactions disable trigger user; alter table wallet_members disable trigger user;
        alter table wallet_holds disable trigger user;
        \(change)
        """
    }

    private static let m1 = "where environment = 'SANDBOX' and external_user_id = 'm1'"

    static let ofWallets = ofLedgers + ofRedemptions + ofHolds + ofEnvironments + ofPools

    private static let ofLedgers = [
        Fault(
            "a balance has a point too much", .walletIdentity, member("m1"),
            open("update wallet_members set balance = 181, amount_received = 681 \(m1)")),
        Fault(
            "a lifetime total lacks what was given back", .walletIdentity, member("m1"),
            open("update wallet_members set amount_received = 500, amount_spent = 320 \(m1)")),
        Fault(
            "a ledger row's amount was edited", .walletChain, member("m1", row: 1),
            open("update wallet_transactions set amount = 501 \(m1) and sequence = 1")),
        Fault(
            "a refund that does not count as received", .walletChain, member("m1", row: 3),
            open("update wallet_transactions set received_after = 500 \(m1) and sequence = 3")),
        Fault(
            "a ledger row is lost", .walletSequence, member("m1", row: 3),
            open("delete from wallet_transactions \(m1) and sequence = 2")),
        Fault(
            "the newest ledger row is lost", .walletSequence, member("m1"),
            open("delete from wallet_transactions \(m1) and sequence = 4")),
        Fault(
            "a ledger that begins at its second row", .walletSequence, member("m1", "LIVE", row: 2),
            open(
                "update wallet_transactions set sequence = 2 where environment = 'LIVE' and external_user_id = 'm1'")),
        Fault(
            "a balance below zero", .walletRange, member("m3"),
            """
            alter table wallet_members drop constraint wallet_members_identity,
                drop constraint wallet_members_balance_not_negative, drop constraint wallet_members_held_in_balance;
            \(open("update wallet_members set balance = -1 where external_user_id = 'm3'"))
            """),
        Fault(
            "a balance was below zero in between", .walletRange, member("m2", row: 1),
            """
            alter table wallet_transactions drop constraint wallet_transactions_in_range;
            \(open("update wallet_transactions set balance_after = -1 where external_user_id = 'm2' and sequence = 1"))
            """),
        Fault(
            "points taken as a mint", .walletSign, member("m2", row: 2),
            """
            alter table wallet_transactions drop constraint wallet_transactions_cause_matches_type;
            \(open("update wallet_transactions set cause = 'mint' where external_user_id = 'm2' and sequence = 2"))
            """),
        Fault(
            "a ledger of no member", .walletRowWithoutMember, member("m2"),
            """
            alter table wallet_transactions drop constraint wallet_transactions_member_fkey;
            delete from wallet_members where environment = 'SANDBOX' and external_user_id = 'm2'
            """),
    ]

    private static let ofRedemptions = [
        Fault(
            "a redemption was debited less than it says", .walletRedemption, redemption("red_2"),
            "update wallet_redemptions set points_debited = 321 where redemption_id = 'red_2'"),
        Fault(
            "a redemption that cost nothing was debited", .walletRedemption, redemption("red_2"),
            "update wallet_redemptions set points_debited = 0 where redemption_id = 'red_2'"),
        Fault(
            "a free redemption says that it cost points", .walletRedemption, redemption("red_3"),
            "update wallet_redemptions set points_debited = 5 where redemption_id = 'red_3'"),
        Fault(
            "a redemption that was not canceled was given back", .walletRedemption, redemption("red_1"),
            "update wallet_redemptions set status = 'PURCHASED' where redemption_id = 'red_1'"),
        Fault(
            "a canceled redemption was not given back", .walletRedemption, redemption("red_2"),
            "update wallet_redemptions set status = 'CANCELED' where redemption_id = 'red_2'"),
        Fault(
            "a canceled redemption was given back twice", .walletRedemption, redemption("red_1"),
            """
            drop index wallet_transactions_one_refund_idx;
            insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause, \
            amount,
                    balance_after, received_after, reason, redemption_id, created_at)
                select environment, external_user_id, 5, 'wtx_again', type, cause, amount, 360, 860, reason,
                    redemption_id, now()
                from wallet_transactions \(m1) and sequence = 3;
            update wallet_members set balance = 360, amount_received = 860, ledger_sequence = 5 \(m1)
            """),
        Fault(
            "an offer redeemed twice at once", .walletRedemptionOnce,
            ["environment": "SANDBOX", "external_user_id": "m3", "offer_id": "o3"],
            """
            drop index wallet_redemptions_one_live_idx;
            update wallet_redemptions set status = 'OPEN' where redemption_id = 'red_4'
            """),
    ]

    private static let ofHolds = [
        Fault(
            "a capture that the ledger has otherwise", .walletHold, hold("hold_1"),
            open("update wallet_holds set captured = 41 where hold_id = 'hold_1'")),
        Fault(
            "a released hold that says it was captured", .walletHold, hold("hold_3"),
            open("update wallet_holds set status = 'CAPTURED', captured = 10 where hold_id = 'hold_3'")),
        Fault(
            "a captured hold that says it expired", .walletHold, hold("hold_1"),
            """
            alter table wallet_holds drop constraint wallet_holds_ended_in_time;
            \(open("update wallet_holds set status = 'EXPIRED', captured = 0 where hold_id = 'hold_1'"))
            """),
        Fault(
            "a hold that was captured after its time", .walletHold, hold("hold_1"),
            """
            alter table wallet_holds drop constraint wallet_holds_ended_in_time;
            \(open("update wallet_holds set ended_at = expires_at where hold_id = 'hold_1'"))
            """),
        Fault(
            "a hold that ended before it was placed", .walletHold, hold("hold_3"),
            """
            alter table wallet_holds drop constraint wallet_holds_ended_in_time;
            \(open("update wallet_holds set ended_at = created_at - interval '1 day' where hold_id = 'hold_3'"))
            """),
        Fault(
            "a removed member with points held", .walletHeld, member("m4"),
            """
            alter table wallet_members drop constraint wallet_members_archived_hold_nothing;
            \(open("update wallet_members set archived_at = now() where external_user_id = 'm4'"))
            """),
        Fault(
            "a capture of more than the hold", .walletHold, hold("hold_1"),
            """
            alter table wallet_holds drop constraint wallet_holds_captured_in_range;
            \(open("update wallet_holds set amount = 39 where hold_id = 'hold_1'"))
            """),
        Fault(
            "less is held than the active holds", .walletHeld, member("m4"),
            open("update wallet_members set held = 24 where external_user_id = 'm4'")),
        Fault(
            "a released hold still counts", .walletHeld, member("m4"),
            open("update wallet_holds set status = 'RELEASED', ended_at = now() where hold_id = 'hold_2'")),
        Fault(
            "more is held than the balance", .walletHeld, member("m4"),
            """
            alter table wallet_members drop constraint wallet_members_held_in_balance;
            \(open("""
                update wallet_holds set amount = 61 where hold_id = 'hold_2';
                update wallet_members set held = 61 where external_user_id = 'm4'
                """))
            """),
    ]

    private static let ofEnvironments = [
        Fault(
            "a ledger row captures another member's hold", .walletEnvironment, member("m4", row: 2),
            open("update wallet_holds set external_user_id = 'm2' where hold_id = 'hold_1'")),
        Fault(
            "a hold of no member", .walletRowWithoutMember, hold("hold_3"),
            """
            alter table wallet_holds drop constraint wallet_holds_member_fkey;
            \(open("update wallet_holds set external_user_id = 'm9' where hold_id = 'hold_3'"))
            """),
        Fault(
            "a ledger row pays another member's redemption", .walletEnvironment, member("m1", row: 4),
            "update wallet_redemptions set external_user_id = 'm2' where redemption_id = 'red_2'"),
        Fault(
            "a redemption of an offer that only the other world has", .walletEnvironment, redemption("red_2"),
            """
            alter table wallet_redemptions drop constraint wallet_redemptions_offer_fkey;
            update wallet_offers set environment = 'LIVE' where offer_id = 'o2'
            """),
        Fault(
            "a member of a third world", .walletEnvironment, member("m9", "TEST"),
            """
            alter table wallet_members drop constraint wallet_members_environment_known;
            insert into wallet_members (environment, external_user_id, created_at, updated_at)
                values ('TEST', 'm9', now(), now())
            """),
        Fault(
            "a sandbox transaction copied into LIVE", .walletTransactionIDUnique, ["transaction_id": "wtx_1"],
            open("update wallet_transactions set transaction_id = 'wtx_1' where transaction_id = 'wtx_7'")),
    ]

    private static let ofPools = [
        Fault(
            "the pool has a point too much", .walletPool, pool("pool"),
            "update wallet_pools set balance = balance + 1"),
        Fault(
            "a draw from the pool is lost", .walletPool, pool("pool"),
            "delete from wallet_pool_entries where sequence = 2"),
        Fault(
            "a top-up was edited", .walletPool, pool("1"),
            "update wallet_pool_entries set amount = 2000 where sequence = 1"),
        Fault(
            "a top-up is lost", .walletPool, pool("2"), "delete from wallet_pool_entries where sequence = 1"),
        Fault(
            "a pool of the sandbox", .walletPool, ["environment": "SANDBOX", "sequence": "pool"],
            """
            alter table wallet_pools drop constraint wallet_pools_live_only;
            insert into wallet_pools (environment, balance, created_at) values ('SANDBOX', 0, now())
            """),
        Fault(
            "a draw for a mint of other points", .walletPoolDraw, pool("2"),
            """
            update wallet_pool_entries set amount = -249, balance_after = 751 where sequence = 2;
            update wallet_pools set balance = 751
            """),
        Fault(
            "a draw for nothing", .walletPoolDraw, pool("2"),
            "update wallet_pool_entries set reference = 'nothing' where sequence = 2"),
        Fault(
            "a draw for a sandbox mint", .walletPoolDraw, pool("2"),
            "update wallet_pool_entries set reference = 'wtx_5' where sequence = 2"),
        Fault(
            "one mint drawn twice", .walletPoolDraw, pool("3"),
            """
            insert into wallet_pool_entries (environment, sequence, amount, balance_after, reference, created_at)
                values ('LIVE', 3, -250, 500, 'wtx_7', now());
            update wallet_pools set balance = 500, sequence = 3
            """),
    ]
}
