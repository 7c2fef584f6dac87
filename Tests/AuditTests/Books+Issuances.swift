extension Books {
    private static func reference(_ name: String) -> String {
        "'mb-' || regexp_replace(card_id, '[^a-z0-9_]', '-', 'g') || '-' || \(name)"
    }

    /// Ten issuances of each card with prg_a: one in each status, a second withdrawn one, and one that an operator
    /// settled; two of value with prg_b, one of them refused, so that it blocks its position.
    static let issuances = """
        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_unit_micro,
                sent_currency, account, status, reason, cosmo_transaction_id, attempts, reads, due_at, lease_id,
                first_sent_at, last_sent_at, accepted_at, settled_at, settled_by, evidence, evidence_by, resolved_at)
            select card_id, \(reference("name")), 'prg_a', 'points', points * 1000000, points, 1000000, 'POINTS',
                jsonb_build_object('destinationUserId', 'M-prg_a-' || card_id), status, reason,
                case when transaction then 'tx_' || card_id || status end, attempts, case status when 'unknown' then
                    1 else 0 end,
                case when status in ('planned', 'sending', 'accepted', 'unknown') then now() end,
                case status when 'sending' then gen_random_uuid() end,
                case when attempts > 0 then now() end, case when attempts > 0 then now() end,
                case status when 'accepted' then now() end, case when settled_by is not null then now() end, settled_by,
                case settled_by when 'operator' then 'seen in the portal' end,
                case settled_by when 'operator' then 'op' end, case status when 'parked' then now() end
            from cards, (values
                ('planned', 'planned', 1, 0, null, false, null), ('sending', 'sending', 1, 1, null, false, null),
                ('accepted', 'accepted', 1, 1, null, true, null), ('confirmed', 'confirmed', 1, 1, null, true,
                    'webhook'),
                ('unknown', 'unknown', 1, 1, 'COSMO_TIMED_OUT', false, null),
                ('mismatched', 'mismatched', 1, 1, 'VALUE_DIFFERS', true, null),
                ('parked', 'parked', 1, 1, 'COSMO_INVALID_MEMBER', false, 'refusal'),
                ('withdrawn', 'withdrawn', 1, 0, 'POSITION_OWES', false, 'debt'),
                ('moved', 'withdrawn', 1, 0, 'ACCOUNT_CHANGED', false, 'account'),
                ('by-hand', 'confirmed', 2, 1, null, false, 'operator')
            ) i (name, status, points, attempts, reason, transaction, settled_by);
        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_unit_micro,
                sent_currency, account, status, reason, attempts, due_at, first_sent_at, last_sent_at, settled_at,
                    settled_by)
            select card_id, \(reference("name")), 'prg_b', 'value', 200000000, 2, 100000000, 'EUR',
                jsonb_build_object('destinationUserId', 'M-prg_b-' || card_id), status, reason, attempts,
                case status when 'planned' then now() end, case when attempts > 0 then now() end,
                case when attempts > 0 then now() end, case when attempts > 0 then now() end,
                case when attempts > 0 then 'refusal' end
            from cards, (values ('value', 'planned', null, 0), ('blocking', 'parked', 'COSMO_INVALID_MEMBER', 1)) i
                (name, status, reason, attempts);
        update positions set issued_micro = 3000000, in_flight_micro = 4000000, unknown_micro = 1000000
            where program_id = 'prg_a';
        update positions set in_flight_micro = 200000000, plan_at = null, blocked_reason = 'COSMO_INVALID_MEMBER',
                blocked_by = \(reference("'blocking'"))
            where program_id = 'prg_b';
        """
}
