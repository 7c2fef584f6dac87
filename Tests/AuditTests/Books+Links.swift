extension Books {
    /// The digest of the configuration `{}` of the plugin `test` in version 1.
    static let digest = "56e68dd32ca1980a5ae97b0a2add27657b141322390b6dada37fd4d4ffa26226"

    private static func piece(_ text: String) -> String { "octet_length(\(text)) || ':' || \(text)" }

    /// The digest of an event's content, as the room of preferences makes it.
    private static let contentDigest = """
        sha256(convert_to(\(piece("program_id")) || \(piece("kind"))
            || (select \(piece("t")) from (select case when kind = 'LINKED' then coalesce(parts::text, '') else ''
                end) p (t))
            || coalesce((select string_agg(\(piece("a.key")) || \(piece("a.value")), '' order by a.key)
                from jsonb_each_text(account) a where kind = 'LINKED'), ''), 'UTF8'))
        """

    /// What each card was linked to, and what its versions and links follow from: an older account of prg_a, words by
    /// webhook and by a platform, a removal, and a disputed word that an operator has discarded.
    static let links = """
        create temporary table words on commit drop as
            select c.card_id, c.source_user_id, w.program_id, w.kind, w.stamp, w.parts, w.is_webhook, w.status,
                case when w.kind = 'LINKED' then jsonb_build_object('destinationUserId', w.member || w.program_id ||
                    '-' || c.card_id) else '{}' end
                    as account
            from cards c cross join (values
                ('prg_a', 'LINKED', 1, 3, true, 'standing', 'Old-'), ('prg_a', 'LINKED', 2, 3, true, 'standing', 'M-'),
                ('prg_b', 'LINKED', 3, 2, true, 'standing', 'M-'), ('prg_c', 'LINKED', 4, 1, true, 'standing', 'M-'),
                ('prg_c', 'DELINKED', 10, null, true, 'standing', ''),
                ('prg_a', 'LINKED', 11, null, false, 'standing', 'M-'),
                ('prg_b', 'LINKED', 12, 1, true, 'standing', 'M-'), ('prg_b', 'LINKED', 12, 5, true, 'discarded', 'M-')
            ) w (program_id, kind, stamp, parts, is_webhook, status, member);
        insert into inbox (kind, stamp, body, body_digest, authentication, status, due_at, settled_at)
            select 'program-connection', stamp::text, body, sha256(body), 'hmac:first', 'applied', null, now()
            from (select stamp, convert_to(format('{"card":"%s","event":%s,"parts":%s}', card_id, stamp,
                coalesce(parts, 0)), 'UTF8') as body from words where is_webhook) b;
        insert into connection_events (source_user_id, card_id, program_id, kind, stamp_micros, content_digest, account,
                parts, inbox_id, request_id, status, status_reason, discarded_at, recorded_at)
            select source_user_id, case when is_webhook then null else card_id end, program_id, kind, stamp,
                \(contentDigest), account, parts,
                (select inbox_id from inbox where body = convert_to(format('{"card":"%s","event":%s,"parts":%s}',
                    card_id,
                    words.stamp, coalesce(parts, 0)), 'UTF8') and is_webhook),
                case when is_webhook then null else 'r2' end, status,
                case status when 'discarded' then 'RESOLVED_BY op' end,
                case status when 'discarded' then now() - interval '1 hour' end, now() - interval '1 hour'
            from words;
        insert into connection_decisions (source_user_id, program_id, stamp_micros, content_digest, card_id, decided_by,
                recorded_at)
            select source_user_id, program_id, stamp_micros, content_digest, card_id, 'op', discarded_at
            from connection_events where status = 'discarded';
        insert into connection_deliveries select inbox_id, source_user_id, event_id from connection_events
            where inbox_id is not null on conflict do nothing;
        insert into preference_allocations (card_id, program_id, parts, stamp_micros, request_id, recorded_at)
            select card_id, 'prg_a', parts, 8 + place, 'r2', now() - interval '1 hour'
            from cards, unnest(array[2, 1]) with ordinality a (parts, place) order by card_id, place;
        insert into links (card_id, program_id, status, account, event_parts, allocated_parts, validity,
                validity_checked_at, deciding_event_id, deciding_stamp_micros)
            select c.card_id, e.program_id, case e.kind when 'LINKED' then 'linked' else 'delinked' end,
                jsonb_build_object('destinationUserId', 'M-' || e.program_id || '-' || c.card_id), e.parts,
                case e.program_id when 'prg_a' then 1 end, 'valid', now(), e.event_id, e.stamp_micros
            from cards c join connection_events e on e.source_user_id = c.source_user_id and e.status = 'standing'
            where e.stamp_micros >= 10;
        """

    /// Gives the versions that were written without links the links of their weights, and the cards the events and
    /// links of the version in force: what a test's own cards need to be sound.
    static let linksOfVersions = """
        update preference_versions v set links = (
            select jsonb_agg(jsonb_build_object('account', jsonb_build_object('destinationUserId',
                    'M-' || split_part(part, ':', 1) || '-' || v.card_id),
                'parts', split_part(part, ':', 2)::int, 'program_id', split_part(part, ':', 1)) order by place)
            from unnest(string_to_array(v.weights, ',')) with ordinality w (part, place))
            where v.links = '[]' and v.weights <> '';
        insert into connection_events (source_user_id, card_id, program_id, kind, stamp_micros, content_digest, account,
                parts, request_id, recorded_at)
            select source_user_id, card_id, program_id, kind, 1, \(contentDigest), account, parts, 'r1',
                now() - interval '1 hour'
            from (
                select c.source_user_id, c.card_id, e.link ->> 'program_id' as program_id, 'LINKED' as kind,
                    (e.link ->> 'parts')::int as parts, e.link -> 'account' as account
                from cards c join preference_versions v on v.card_id = c.card_id and v.version = c.preference_version
                cross join lateral jsonb_array_elements(v.links) e (link)
                where not exists (select from links l where l.card_id = c.card_id)) words;
        insert into links (card_id, program_id, status, account, event_parts, deciding_event_id, deciding_stamp_micros)
            select e.card_id, e.program_id, 'linked', e.account, e.parts, e.event_id, e.stamp_micros
            from connection_events e where e.request_id = 'r1' on conflict do nothing;
        """
}
