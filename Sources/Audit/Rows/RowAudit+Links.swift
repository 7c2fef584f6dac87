/// Links and what a preference is made of, against the words they follow from.
extension RowAudit {
    static let ofLinks = [
        RowAudit(
            check: .connectionEventContent, table: "connection_events", key: ["source_user_id", "event_id"],
            expected: "the content that its digest was made over", isByCard: false
        ) { _ in
            """
            select source_user_id, event_id::text as event_id, kind || ' of ' || program_id as found
            from connection_events e
            where content_digest <> sha256(convert_to(
                \(pieces(["program_id", "kind"])) || (select \(pieces(["p.text"])) from (
                    select case when kind = 'LINKED' then coalesce(parts::text, '') else '' end) p (text))
                || coalesce((
                    select string_agg(\(pieces(["a.key", "a.value"])), '' order by a.key collate "C")
                    from jsonb_each_text(account) a where kind = 'LINKED'), ''), 'UTF8'))
                or (inbox_id is null) <> (card_id is not null) or (inbox_id is null) <> (request_id is not null)
                or (status = 'standing') <> (discarded_at is null)
            """
        },
        RowAudit(
            check: .connectionSources, table: "connection_events", key: ["source_user_id", "event_id"],
            expected:
                "its deliveries and their answers, and an operator's decision exactly when it is discarded or "
                + "confirmed",
            isByCard: false
        ) { _ in
            """
            select coalesce(e.source_user_id, d.source_user_id) as source_user_id,
                coalesce(e.event_id::text, 'decision ' || d.decision_id) as event_id,
                coalesce(e.status || case when e.confirmed_at is null then '' else ' and confirmed' end, 'no event')
                    || coalesce(', ' || d.verdict || ' by ' || d.decided_by, ', not decided') as found
            from (
                select e.*, v.verdict, case v.verdict
                    when 'discarded' then e.status = 'discarded' else e.confirmed_at is not null end as is_decided
                from connection_events e cross join (values ('discarded'), ('confirmed')) v (verdict)) e
            full join connection_decisions d on d.source_user_id = e.source_user_id and d.program_id = e.program_id
                and d.stamp_micros = e.stamp_micros and d.content_digest = e.content_digest
                and d.card_id is not distinct from e.card_id and d.verdict = e.verdict
            where coalesce(e.is_decided, false) <> (d.decision_id is not null)
                and e.status is distinct from 'unfounded'
            union all
            select e.source_user_id, e.event_id::text, 'an answer to delivery ' || s.inbox_id || ' that nothing records'
            from connection_events e
            cross join lateral (
                select e.inbox_id union select d.inbox_id from connection_deliveries d where d.event_id = e.event_id) s
            where e.answered_at is not null and e.status <> 'unfounded' and not exists (
                select from inbox_answers a where a.inbox_id = s.inbox_id)
            union all
            select e.source_user_id, e.event_id::text, 'delivery ' || e.inbox_id || ' is not entered as one of its own'
            from connection_events e
            where e.inbox_id is not null and e.status <> 'unfounded' and not exists (
                select from connection_deliveries d
                where d.inbox_id = e.inbox_id and d.source_user_id = e.source_user_id and d.event_id = e.event_id)
            union all
            select d.source_user_id, d.event_id::text,
                'delivery ' || d.inbox_id || ' is entered with an event that is not there'
            from connection_deliveries d
            where d.event_id is not null and not exists (
                select from connection_events e
                where e.event_id = d.event_id and e.source_user_id = d.source_user_id and e.inbox_id is not null)
            """
        },
        RowAudit(
            check: .inboxBody, table: "inbox", key: ["inbox_id"], expected: "the body that its digest was made over",
            isByCard: false
        ) { _ in
            """
            select inbox_id::text as inbox_id, length(body) || ' bytes of another digest' as found
            from inbox where body_digest <> sha256(body)
            """
        },
        RowAudit(
            check: .linkFollows, table: "links", key: ["card_id", "program_id"],
            expected: "what the event that decides about it says, and the parts allocated last"
        ) { cards in
            // An event that repeats the word in force decides at the stamp at which it was said first, with no other
            // word between the two.
            """
            select l.card_id, l.program_id, l.status || coalesce(' by event ' || l.deciding_event_id, ' by no event')
                    || coalesce(', ' || e.kind, '') || coalesce(', ' || l.event_parts || ' parts given', '')
                    || coalesce(', ' || l.allocated_parts || ' parts allocated', '') as found
            from (
                select *, sum((status <> 'delinked')::int) over (
                    partition by card_id order by deciding_stamp_micros, program_id collate "C") as place
                from links where \(cards.holds("card_id"))
            ) l
            left join cards c on c.card_id = l.card_id
            left join connection_events e on e.event_id = l.deciding_event_id
                and e.source_user_id = c.source_user_id and e.program_id = l.program_id
                and (e.card_id is null or e.card_id = l.card_id) and e.status = 'standing'
                and (e.stamp_micros = l.deciding_stamp_micros or e.stamp_micros > l.deciding_stamp_micros and exists (
                    select from connection_events f
                    where f.source_user_id = c.source_user_id and f.program_id = l.program_id
                        and (f.card_id is null or f.card_id = l.card_id) and f.status = 'standing'
                        and f.stamp_micros between l.deciding_stamp_micros and e.stamp_micros
                    having bool_and(f.content_digest = e.content_digest)
                        and min(f.stamp_micros) = l.deciding_stamp_micros))
            where not coalesce(
                case
                    when l.deciding_event_id is null then l.status = 'delinked' and l.deciding_stamp_micros = 0
                    when e.kind = 'LINKED' then l.status = case when l.place <= 16 then 'linked' else 'waiting' end
                        and l.account = e.account and l.event_parts is not distinct from e.parts
                    else e.kind = 'DELINKED' and l.status = 'delinked' and l.event_parts is null and (l.account =
                        '{}' or exists (
                        select from connection_events k
                        where k.source_user_id = c.source_user_id and k.program_id = l.program_id and k.kind = 'LINKED'
                            and (k.card_id is null or k.card_id = l.card_id) and k.account = l.account))
                end and l.allocated_parts is not distinct from (
                    select a.parts from preference_allocations a
                    where a.card_id = l.card_id and a.program_id = l.program_id order by a.allocation_id desc limit 1),
                false)
            """
        },
        RowAudit(
            check: .preferenceWeights, table: "preference_versions", key: ["card_id", "version"],
            expected: "the weights of its links"
        ) { cards in
            """
            select v.card_id, v.version::text as version, 'weights ' || v.weights || ' of links '
                    || coalesce(array_to_string(l.programs, ' '), 'none') as found
            from preference_versions v
            cross join lateral (
                select array_agg(e.link ->> 'program_id' order by e.place) as programs,
                    array_agg((e.link ->> 'parts')::numeric order by e.place) as parts,
                    sum((e.link ->> 'parts')::numeric) as sum
                from jsonb_array_elements(v.links) with ordinality e (link, place)) l
            cross join lateral (
                select array_agg(regexp_replace(e.part, ':[0-9]+$', '') order by e.place) as programs,
                    array_agg(substring(e.part from '[0-9]+$')::numeric order by e.place) as parts,
                    sum(substring(e.part from '[0-9]+$')::numeric) as sum
                from unnest(string_to_array(v.weights, ',')) with ordinality e (part, place)) w
            where \(cards.holds("v.card_id")) and (w.programs is distinct from l.programs or exists (
                select from unnest(l.parts, w.parts) p (linked, weighed)
                where coalesce(p.linked * w.sum <> p.weighed * l.sum, true)))
            """
        },
        RowAudit(
            check: .preferenceInForce, table: "links", key: ["card_id", "program_id"],
            expected: "the same in the version in force as in the links"
        ) { cards in
            // A link without parts of its own has the average of those that have, rounded half up. Parts too fine for a
            // vector are scaled, and not compared.
            """
            with in_force as (
                select v.card_id, e.link ->> 'program_id' as program_id, e.link -> 'account' as account,
                    (e.link ->> 'parts')::bigint as parts
                from cards c
                join preference_versions v on v.card_id = c.card_id and v.version = c.preference_version
                cross join lateral jsonb_array_elements(v.links) e (link)
                where \(cards.holds("c.card_id"))
            ), linked as (
                select card_id, program_id, account, coalesce(own, average) as parts,
                    sum(coalesce(own, average)) over (partition by card_id) as sum
                from (
                    select card_id, program_id, account, coalesce(event_parts, allocated_parts)::bigint as own,
                        greatest(1, coalesce((2 * sum(coalesce(event_parts, allocated_parts)) over cards
                            + count(coalesce(event_parts, allocated_parts)) over cards)
                            / nullif(2 * count(coalesce(event_parts, allocated_parts)) over cards, 0), 1)) as average
                    from links where status = 'linked' and \(cards.holds("card_id"))
                    window cards as (partition by card_id)
                ) l
            )
            select coalesce(t.card_id, l.card_id) as card_id, coalesce(t.program_id, l.program_id) as program_id,
                coalesce(t.parts || ' parts', 'nothing') || ' in force, ' || coalesce(l.parts || ' parts', 'no link')
                    || case when t.account <> l.account then ', another account' else '' end as found
            from in_force t full join linked l on l.card_id = t.card_id and l.program_id = t.program_id
            where t.card_id is null or l.card_id is null or t.account <> l.account
                or t.parts <> l.parts and l.sum <= 10000
            """
        },
    ]
}
