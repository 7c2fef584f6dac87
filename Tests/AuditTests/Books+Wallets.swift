extension Books {
    /// Wallets in both worlds: points minted, spent, given back and lapsed; redemptions that cost points and that cost
    /// none; holds that are active, captured in part and released; a prepaid pool. Members of one id are in both worlds
    /// and have nothing to do with each other.
    static let wallets = """
        insert into wallet_members (environment, external_user_id, balance, amount_received, amount_spent,
                ledger_sequence, created_at, updated_at)
        values ('SANDBOX', 'm1', 180, 680, 500, 4, now(), now()), ('SANDBOX', 'm2', 0, 100, 100, 2, now(), now()),
            ('SANDBOX', 'm3', 0, 0, 0, 0, now(), now()), ('LIVE', 'm1', 250, 250, 0, 1, now(), now());
        insert into wallet_offers (environment, offer_id, title, points_price, created_at, updated_at)
        values ('SANDBOX', 'o1', 'Lounge', 200, now(), now()), ('SANDBOX', 'o2', 'Spa', 320, now(), now()),
            ('SANDBOX', 'o3', 'Newsletter', null, now(), now()), ('LIVE', 'o1', 'Lounge', 180, now(), now());
        insert into wallet_redemptions (environment, redemption_id, external_user_id, offer_id, status, points_debited,
                created_at, updated_at)
        values ('SANDBOX', 'red_1', 'm1', 'o1', 'CANCELED', 180, now(), now()),
            ('SANDBOX', 'red_2', 'm1', 'o2', 'OPEN', 320, now(), now()),
            ('SANDBOX', 'red_3', 'm3', 'o3', 'SUBMITTED', 0, now(), now()),
            ('SANDBOX', 'red_4', 'm3', 'o3', 'CANCELED', 0, now(), now());
        insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause, amount,
                balance_after, received_after, reason, redemption_id, created_at)
        values ('SANDBOX', 'm1', 1, 'wtx_1', 'CREDIT', 'mint', 500, 500, 500, null, null, now()),
            ('SANDBOX', 'm1', 2, 'wtx_2', 'DEBIT', 'spend', -180, 320, 500, 'redemption', 'red_1', now()),
            ('SANDBOX', 'm1', 3, 'wtx_3', 'CREDIT', 'refund', 180, 500, 680, 'redemption canceled', 'red_1', now()),
            ('SANDBOX', 'm1', 4, 'wtx_4', 'DEBIT', 'spend', -320, 180, 680, 'redemption', 'red_2', now()),
            ('SANDBOX', 'm2', 1, 'wtx_5', 'CREDIT', 'mint', 100, 100, 100, 'hello', null, now()),
            ('SANDBOX', 'm2', 2, 'wtx_6', 'DEBIT', 'forfeit', -100, 0, 100, 'member removed', null, now()),
            ('LIVE', 'm1', 1, 'wtx_7', 'CREDIT', 'mint', 250, 250, 250, null, null, now());
        insert into wallet_members (environment, external_user_id, balance, amount_received, amount_spent, held,
                ledger_sequence, created_at, updated_at)
        values ('SANDBOX', 'm4', 60, 100, 40, 25, 2, now(), now());
        insert into wallet_holds (environment, hold_id, external_user_id, amount, captured, status, reason, created_at,
                expires_at, ended_at)
        values ('SANDBOX', 'hold_1', 'm4', 50, 40, 'CAPTURED', 'miles', now(), now() + interval '1 hour', now()),
            ('SANDBOX', 'hold_2', 'm4', 25, 0, 'HELD', null, now(), now() + interval '1 hour', null),
            ('SANDBOX', 'hold_3', 'm4', 10, 0, 'RELEASED', null, now(), now() + interval '1 hour', now());
        insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause, amount,
                balance_after, received_after, reason, hold_id, created_at)
        values ('SANDBOX', 'm4', 1, 'wtx_8', 'CREDIT', 'mint', 100, 100, 100, null, null, now()),
            ('SANDBOX', 'm4', 2, 'wtx_9', 'DEBIT', 'capture', -40, 60, 100, 'miles', 'hold_1', now());
        insert into wallet_pools (environment, balance, low_water_mark, sequence, created_at)
        values ('LIVE', 750, 100, 2, now());
        insert into wallet_pool_entries (environment, sequence, amount, balance_after, reference, created_at)
        values ('LIVE', 1, 1000, 1000, 'invoice-1', now()), ('LIVE', 2, -250, 750, 'wtx_7', now());
        """
}
