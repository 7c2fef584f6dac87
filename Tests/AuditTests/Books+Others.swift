extension Books {
    /// A row or more of every other table that the service has, so that each column of each can be changed.
    ///
    /// A new table needs a row here, or beside what it belongs to: ``FlippedColumnTests`` names the tables without one.
    static let others = """
        insert into cosmo_calls (call, program_id, reference_number, request, response_status, response, outcome,
                duration_micros)
            values ('issuance', 'prg_a', 'mb-card_1-accepted', '{"value": 1}', 200, '{"transactionId": "tx"}',
                'applied', 1500);
        insert into inbox_answers (inbox_id, answered_at)
            select min(inbox_id), now() from inbox where kind = 'program-connection';
        insert into api_clients (client_id, key_digest, role) values ('platform-a', sha256('a'), 'platform');
        insert into operator_actions (client_id, action, subject, detail)
            values ('op', 'ResolveIssuance', 'mb-card_1-by-hand', '{"outcome": "issued"}');
        insert into reconciliations (day, started_at, finished_at, cosmo_count, matched_count, finding_count)
            values ('2026-11-20', now(), now(), 2, 1, 1);
        insert into reconciliation_findings (day, side, reference_number, cosmo_transaction_id, program_id, reason, \
        detail)
            values ('2026-11-20', 'cosmo_only', 'mb-other', 'tx_other', 'prg_a', 'NOT_OURS', '{"cosmo": {"value": 7}}');
        insert into server_identity (system_identifier, timeline, database_oid, seen_at) values ('1', '00000001', \
        '5', now());
        insert into recoveries (cause, detail, begun_at, compare_from, compare_until, final_at, compare_at, compared_at,
                cosmo_count, in_books_count, ended_at, ended_by)
            values ('timeline', 'timeline 00000001 became 00000002', now() - interval '10 minutes',
                now() - interval '20 minutes', now() - interval '9 minutes', now() - interval '8 minutes', now(),
                now() - interval '7 minutes', 1, 1, now() - interval '6 minutes', 'comparison');
        insert into recovery_findings (recovery_number, cosmo_transaction_id, reference_number, program_id, reason, \
        card_id,
                detail, found_at)
            select 1, cosmo_transaction_id, reference_number, program_id, 'CARD_PROVEN', card_id, '{}', now()
            from issuances where reference_number = 'mb-card_1-confirmed';
        insert into debt_write_off_reversals (card_id, program_id, unit, micro, recorded_at)
            select card_id, program_id, unit, 2, now() from positions where program_id = 'prg_b';
        insert into wallet_org_keys (environment, key_id, key_digest, label, created_at)
            values ('LIVE', 'key_1', sha256('k'), 'backend', now());
        insert into wallet_idempotency (environment, scope, key, request_digest, answer, created_at)
            values ('LIVE', 'org', 'k1', sha256('r'), '{}', now());
        insert into wallet_webhooks (environment, webhook_id, url, events, signing_secret, created_at)
            values ('LIVE', 'wh_1', 'https://example.com/hook', array['transaction.created'], 'secret', now());
        insert into wallet_outbox (environment, event_id, event, body, created_at)
            values ('LIVE', 'evt_1', 'transaction.created', '{"amount":250}', now());
        insert into wallet_deliveries (environment, delivery_id, event_id, webhook_id, due_at)
            values ('LIVE', 'dlv_1', 'evt_1', 'wh_1', now());
        """
}
