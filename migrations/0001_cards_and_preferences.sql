-- Cards, what is linked to them, and every version of their reward preference.

create table cards (
    card_id            text        not null,
    user_id            text        not null,
    source_user_id     text        not null,
    currency_code      text        not null,
    preference_version bigint      not null default 0,
    request_hash       bytea       not null,
    registered_at      timestamptz not null default now(),
    constraint cards_pkey primary key (card_id),
    constraint cards_card_id_length check (length(card_id) between 1 and 128),
    constraint cards_currency_code_shape check (currency_code ~ '^[A-Z]{3}$')
);
comment on table cards is
    'One row a card, for as long as the card lives. Locking a row orders everything that happens to its card: spends, preference changes, refunds.';
comment on column cards.source_user_id is
    'The name Cosmo knows the cardholder by. One for each card unless the platform gives one; cards that share it share their connection events.';
comment on column cards.preference_version is 'The version in force; 0 before the first link.';

create index cards_source_user_id_idx on cards (source_user_id);
comment on index cards_source_user_id_idx is 'A connection event looks up the cards of its source user.';

create table connection_events (
    event_id       bigint      generated always as identity,
    source_user_id text        not null,
    card_id        text,
    program_id     text        not null,
    kind           text        not null,
    stamp_micros   bigint      not null,
    content_digest bytea       not null,
    account        jsonb       not null,
    parts          integer,
    inbox_id       bigint,
    request_id     text,
    status         text        not null default 'standing',
    status_reason  text,
    recorded_at    timestamptz not null default now(),
    constraint connection_events_pkey primary key (event_id),
    constraint connection_events_kind_known check (kind in ('LINKED', 'DELINKED')),
    constraint connection_events_status_known check (status in ('standing', 'discarded')),
    constraint connection_events_parts_range check (parts is null or parts between 1 and 10000)
);
comment on table connection_events is
    'The set of verified connection events that a preference is a function of (I-8); grows with every link, edit and removal, never shrinks.';
comment on column connection_events.stamp_micros is 'When the sender says it happened: the webhook''s x-timestamp, or our clock for a platform''s own call; microseconds since 1970.';
comment on column connection_events.card_id is 'Set when a platform linked one card itself; null means every card of the source user.';
comment on column connection_events.status is 'standing: counts. discarded: an operator decided that it does not.';

create unique index connection_events_once_key
    on connection_events (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''));
comment on index connection_events_once_key is 'I-8: the same event delivered again is one row; also serves reading the set of a source user in order.';

create index connection_events_inbox_id_idx on connection_events (inbox_id) where inbox_id is not null;
comment on index connection_events_inbox_id_idx is 'An operator names a held event by its delivery.';

create table links (
    card_id               text        not null,
    program_id            text        not null,
    status                text        not null,
    account               jsonb       not null,
    event_parts           integer,
    allocated_parts       integer,
    validity              text        not null default 'unchecked',
    validity_reason       text,
    validity_checked_at   timestamptz,
    validity_due_at       timestamptz,
    validity_attempts     integer     not null default 0,
    held                  boolean     not null default false,
    deciding_event_id     bigint,
    deciding_stamp_micros bigint      not null default 0,
    updated_at            timestamptz not null default now(),
    constraint links_pkey primary key (card_id, program_id),
    constraint links_status_known check (status in ('linked', 'waiting', 'delinked')),
    constraint links_validity_known check (validity in ('valid', 'invalid', 'unchecked')),
    constraint links_parts_range check (allocated_parts is null or allocated_parts between 1 and 10000)
);
comment on table links is
    'What is linked to a card now, derived from connection_events and allocations; a delinked row keeps the account that earlier points are still owed to.';
comment on column links.validity is 'What Cosmo said of the account: an invalid link earns and is not issued to.';
comment on column links.status is 'linked: takes part in the preference. waiting: linked, but the card has sixteen older links; comes in when one leaves. delinked: removed.';
comment on column links.held is 'The newest events of the pair bear one stamp and disagree; the last undisputed state, the row''s status, stays in force until an operator decides.';
comment on column links.allocated_parts is 'The parts a platform last allocated; kept over a removal, so that the row stays a function of the set of events and allocations, whatever their order.';
comment on column links.deciding_stamp_micros is 'The stamp of the event in force; the sixteen oldest linked rows of a card take part.';

create index links_validity_due_idx on links (validity_due_at) where validity_due_at is not null;
comment on index links_validity_due_idx is 'The link checker takes the due checks in order; holds only the links that wait for one.';

create table preference_versions (
    card_id      text        not null,
    version      bigint      not null,
    weights      text        not null,
    links        jsonb       not null,
    cause        text        not null,
    cause_id     text        not null,
    effective_at timestamptz not null,
    recorded_at  timestamptz not null default now(),
    constraint preference_versions_pkey primary key (card_id, version),
    constraint preference_versions_version_positive check (version > 0)
);
comment on table preference_versions is
    'Every reward preference a card ever had, append-only: what a decision pins. weights is the reduced weight vector in its canonical text, empty when nothing is linked.';
comment on column preference_versions.effective_at is 'Valid time: when the sender says it took effect. recorded_at is when we learnt it.';

create table preference_requests (
    card_id      text        not null,
    request_id   text        not null,
    request_hash bytea       not null,
    version      bigint      not null,
    recorded_at  timestamptz not null default now(),
    constraint preference_requests_pkey primary key (card_id, request_id)
);
comment on table preference_requests is 'I-5: which version a platform''s SetAllocation, LinkProgram or DelinkProgram led to; one row a request.';
