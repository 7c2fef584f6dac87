extension Books {
    /// A program of the issuer's own: three points paid to the user of each card, and taken back again.
    static let walletPayouts = """
        insert into programs (program_id, pays_into) values ('stars', 'WALLET');
        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency,
                account, wallet_environment, status, settled_by, settled_at, sent_unit_micro)
            select card_id, 'mb-' || regexp_replace(card_id, '[^a-z0-9_]', '-', 'g') || '-wallet', 'stars', 'points',
                3000000, 3, 'POINTS',
                '{"externalUserID": "user"}', 'LIVE', 'confirmed', 'wallet', now(), 1000000 from cards;
        insert into wallet_members (environment, external_user_id, balance, amount_received, amount_spent,
                ledger_sequence, created_at, updated_at)
            select 'LIVE', 'user', 0, 3 * count(*), 3 * count(*), 2 * count(*), now(), now() from cards;
        insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause, amount,
                balance_after, received_after, reason, issue_reference, created_at)
            select 'LIVE', 'user', 2 * n - 1, 'wtx_paid_' || card_id, 'CREDIT', 'mint', 3, 3, 3 * n, 'card rewards',
                'mb-' || regexp_replace(card_id, '[^a-z0-9_]', '-', 'g') || '-wallet', now()
            from (select card_id, row_number() over (order by card_id) as n from cards) c
            union all
            select 'LIVE', 'user', 2 * n, 'wtx_back_' || card_id, 'DEBIT', 'clawback', -3, 0, 3 * n,
                'refund of a purchase', null, now()
            from (select card_id, row_number() over (order by card_id) as n from cards) c
            order by 3;
        insert into issuance_reversals (card_id, program_id, unit, quantity_micro, wallet_environment,
                wallet_transaction_id, recorded_at)
            select card_id, 'stars', 'points', 3000000, 'LIVE', 'wtx_back_' || card_id, now() from cards;
        """
}
