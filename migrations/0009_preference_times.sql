-- Preferences in two times: when something is so (valid time), and when we learnt it (knowledge time).

create table preference_allocations (
    card_id       text        not null,
    allocation_id bigint      generated always as identity,
    program_id    text        not null,
    parts         integer     not null,
    stamp_micros  bigint      not null,
    request_id    text        not null,
    recorded_at   timestamptz not null,
    constraint preference_allocations_pkey primary key (card_id, allocation_id),
    constraint preference_allocations_parts_range check (parts between 1 and 10000)
);
comment on table preference_allocations is
    'Every share that a platform allocated, append-only: with connection_events, all that a preference is a function of. links.allocated_parts is the newest of each pair. Grows with each SetAllocation, and each LinkProgram that names parts.';
comment on column preference_allocations.stamp_micros is
    'Valid time, microseconds since 1970: our clock when the call was taken, and never before the card''s allocation before it or the link that came with it.';
comment on column preference_allocations.recorded_at is 'Knowledge time: when we learnt it.';

-- What was allocated before this record began is entered once: as of the first version that shows these parts, else as of
-- the row's last change.
insert into preference_allocations (card_id, program_id, parts, stamp_micros, request_id, recorded_at)
select l.card_id, l.program_id, l.allocated_parts,
    (extract(epoch from coalesce(v.recorded_at, l.updated_at)) * 1000000)::bigint, coalesce(v.cause_id, ''),
    coalesce(v.recorded_at, l.updated_at)
from links l
left join lateral (
    select recorded_at, cause_id from preference_versions p
    where p.card_id = l.card_id and p.cause in ('allocation', 'link')
        and p.links @> jsonb_build_array(
            jsonb_build_object('program_id', l.program_id, 'parts', l.allocated_parts))
    order by version limit 1) v on true
where l.allocated_parts is not null
order by coalesce(v.recorded_at, l.updated_at), l.card_id, l.program_id;

alter table connection_events add column discarded_at timestamptz;
update connection_events e set discarded_at = coalesce((
        select min(a.acted_at)
        from connection_events s
        join operator_actions a on a.action = 'ResolveHeldEvent' and a.subject = 'inbox/' || s.inbox_id
        where s.source_user_id = e.source_user_id and s.program_id = e.program_id
            and s.stamp_micros = e.stamp_micros and s.status = 'standing'), e.recorded_at)
where status = 'discarded';
alter table connection_events drop constraint connection_events_status_known;
alter table connection_events
    add constraint connection_events_status_known check (status in ('standing', 'discarded', 'unfounded')),
    add constraint connection_events_discarded_when check ((status = 'standing') = (discarded_at is null));
comment on column connection_events.status is
    'standing: counts. discarded: an operator decided that it does not. unfounded: a rebuild found no delivery that says it; as if it had never come.';
comment on column connection_events.discarded_at is 'Knowledge time: from when it no longer counts; null while it stands.';
comment on column connection_events.recorded_at is 'Knowledge time: when the event was first taken into the set.';

create table connection_decisions (
    decision_id    bigint      generated always as identity,
    source_user_id text        not null,
    program_id     text        not null,
    stamp_micros   bigint      not null,
    content_digest bytea       not null,
    card_id        text,
    decided_by     text        not null,
    recorded_at    timestamptz not null,
    constraint connection_decisions_pkey primary key (decision_id)
);
comment on table connection_decisions is
    'The events that operators took out of the set, append-only, named by what makes an event one: connection_events.status follows from it and can be derived anew. A handful of rows.';
create unique index connection_decisions_once_key
    on connection_decisions (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''));
comment on index connection_decisions_once_key is 'An event is taken out once; also serves reading the decisions about a source user.';

insert into connection_decisions (
    source_user_id, program_id, stamp_micros, content_digest, card_id, decided_by, recorded_at)
select source_user_id, program_id, stamp_micros, content_digest, card_id,
    coalesce(nullif(replace(status_reason, 'RESOLVED_BY ', ''), ''), 'unknown'), discarded_at
from connection_events where status = 'discarded' order by event_id;

create table connection_deliveries (
    inbox_id       bigint not null,
    source_user_id text   not null,
    constraint connection_deliveries_pkey primary key (inbox_id)
);
comment on table connection_deliveries is
    'Whose connection events each webhook delivery bears: an index of the inbox by source user, one row a delivery that says something. Derived; a rebuild of preferences enters what is missing.';
create index connection_deliveries_source_user_id_idx on connection_deliveries (source_user_id, inbox_id);
comment on index connection_deliveries_source_user_id_idx is 'A rebuild reads the deliveries about one source user.';

insert into connection_deliveries (inbox_id, source_user_id)
select distinct on (inbox_id) inbox_id, source_user_id from connection_events where inbox_id is not null
order by inbox_id, event_id;
