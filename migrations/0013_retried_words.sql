-- Which deliveries their sender knows to have arrived, and what waits while one may be a retry.

create table inbox_answers (
    inbox_id    bigint      not null,
    answered_at timestamptz not null,
    constraint inbox_answers_pkey primary key (inbox_id)
);
comment on table inbox_answers is
    'Program Connection deliveries that were answered with 2xx while their sender still waited, append-only; one row a delivery, written after the answer. A delivery without a row may have gone unanswered, so its sender may send it again.';
comment on column inbox_answers.answered_at is
    'When the first such answer was written to the connection, by our clock.';

alter table connection_events
    add column answered_at timestamptz,
    add column confirmed_at timestamptz,
    add constraint connection_events_answered_delivery check (answered_at is null or inbox_id is not null);
comment on column connection_events.answered_at is
    'Knowledge time: when this room learnt that the delivery was answered in time (inbox_answers); null while it may have gone unanswered.';
comment on column connection_events.confirmed_at is
    'Knowledge time: when an operator decided that it is no retry but the cardholder''s own word; null otherwise.';
comment on constraint connection_events_answered_delivery on connection_events is
    'Only a delivery is answered; a platform''s call has its own answer.';

alter table connection_decisions
    add column verdict text not null default 'discarded',
    add constraint connection_decisions_verdict_known check (verdict in ('discarded', 'confirmed'));
comment on table connection_decisions is
    'What operators decided about held events, append-only, each event named by what makes it one: connection_events.status and confirmed_at follow from it and can be derived again. A handful of rows.';
comment on column connection_decisions.verdict is
    'discarded: the event does not count. confirmed: it is no retry but the cardholder''s own word.';
drop index connection_decisions_once_key;
create unique index connection_decisions_once_key
    on connection_decisions (
        source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''), verdict);
comment on index connection_decisions_once_key is
    'An event is confirmed once and discarded once; also serves reading the decisions about a source user.';

alter table links
    add column held_reason text,
    add column waits_until timestamptz;
update links set held_reason = 'SAME_STAMP_CONFLICT' where held;
alter table links
    add constraint links_held_reason_known check (held_reason in ('SAME_STAMP_CONFLICT', 'MAY_BE_A_RETRY')),
    add constraint links_held_why check (held = (held_reason is not null)),
    add constraint links_waits_while_held check (waits_until is null or held);
comment on column links.held is 'Whether newer events of the pair wait for a decision; held_reason says why.';
comment on column links.held_reason is
    'SAME_STAMP_CONFLICT: events of one stamp disagree. MAY_BE_A_RETRY: the word in force may be a retry of an older one.';
comment on column links.waits_until is
    'Until when nothing is issued for the pair; infinity for as long as it is held, null when nothing waits.';
comment on constraint links_waits_while_held on links is 'Issuing waits only for a decision.';

-- An event that is repeated is in force since its first occurrence; until now the last repetition was stored instead.
with decided as (
    select l.card_id, l.program_id, c.source_user_id, e.stamp_micros, e.content_digest
    from links l
    join cards c on c.card_id = l.card_id
    join connection_events e on e.event_id = l.deciding_event_id
), since as (
    select d.card_id, d.program_id, min(s.stamp_micros) as stamp_micros
    from decided d
    join connection_events s on s.source_user_id = d.source_user_id and s.program_id = d.program_id
        and coalesce(s.card_id, d.card_id) = d.card_id and s.status = 'standing'
        and s.content_digest = d.content_digest and s.stamp_micros <= d.stamp_micros
    where not exists (
        select from connection_events o
        where o.source_user_id = d.source_user_id and o.program_id = d.program_id
            and coalesce(o.card_id, d.card_id) = d.card_id and o.status = 'standing'
            and o.content_digest <> d.content_digest
            and o.stamp_micros >= s.stamp_micros and o.stamp_micros <= d.stamp_micros)
    group by d.card_id, d.program_id
)
update links l set deciding_stamp_micros = s.stamp_micros
from since s
where l.card_id = s.card_id and l.program_id = s.program_id and l.deciding_stamp_micros > s.stamp_micros;

create index links_held_idx on links (card_id, program_id) where held;
comment on index links_held_idx is 'The pairs that wait for a decision; counted by the gauges, looked at again when an answer becomes known.';
