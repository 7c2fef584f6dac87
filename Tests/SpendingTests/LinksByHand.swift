/// What the room of preferences keeps beside a version: events, and the links that follow from them. In plain SQL, so
/// that books made here are sound as a whole.
enum LinksByHand {
    /// The links of a version, from its weights.
    static func json(ofWeights weights: String) -> String {
        """
        (select coalesce(jsonb_agg(jsonb_build_object('account', '{"destinationUserId": "M-1"}'::jsonb,
            'parts', split_part(part, ':', 2)::int, 'program_id', split_part(part, ':', 1)) order by place), '[]')
        from unnest(string_to_array(\(weights)::text, ',')) with ordinality w (part, place))
        """
    }

    /// A platform's events that say the links of each card's version in force.
    static func events(where condition: String) -> String {
        """
        insert into connection_events (source_user_id, card_id, program_id, kind, stamp_micros, content_digest, account,
            parts, request_id, recorded_at)
        select source_user_id, card_id, program_id, 'LINKED', version, sha256(convert_to(
                octet_length(program_id) || ':' || program_id || '6:LINKED' || octet_length(parts) || ':' || parts
                || '17:destinationUserId3:M-1', 'UTF8')),
            account, parts::int, 'test', now() - interval '1 hour'
        from (
            select c.source_user_id, c.card_id, v.version, e.link ->> 'program_id' as program_id,
                e.link ->> 'parts' as parts, e.link -> 'account' as account
            from cards c join preference_versions v on v.card_id = c.card_id and v.version = c.preference_version
            cross join lateral jsonb_array_elements(v.links) e (link) where \(condition)) words
        """
    }

    /// The links that follow from those events.
    static func links(where condition: String) -> String {
        """
        insert into links (card_id, program_id, status, account, event_parts, deciding_event_id, deciding_stamp_micros)
        select c.card_id, e.program_id, 'linked', e.account, e.parts, e.event_id, e.stamp_micros
        from cards c join connection_events e on e.source_user_id = c.source_user_id and e.card_id = c.card_id
            and e.stamp_micros = c.preference_version
        where \(condition)
        """
    }
}
