-- Webhook deliveries, stored raw before they are answered (I-11) and applied by a worker afterwards.

create table inbox (
    inbox_id        bigint      generated always as identity,
    kind            text        not null,
    stamp           text        not null,
    body            bytea       not null,
    body_digest     bytea       not null,
    authentication  text        not null,
    status          text        not null default 'received',
    reason          text,
    attempts        integer     not null default 0,
    deliveries      integer     not null default 1,
    due_at          timestamptz default now(),
    received_at     timestamptz not null default now(),
    settled_at      timestamptz,
    constraint inbox_pkey primary key (inbox_id),
    constraint inbox_once_key unique (kind, stamp, body_digest),
    constraint inbox_kind_known check (kind in ('program-connection', 'transaction')),
    constraint inbox_status_known check (status in ('received', 'applied', 'held', 'parked')),
    constraint inbox_due_while_received check ((status = 'received') = (due_at is not null))
);
comment on table inbox is
    'Every verified webhook delivery, raw; grows with each and is never edited but for its status. The set of deliveries that I-8 speaks of.';
comment on column inbox.stamp is 'The x-timestamp header exactly as sent, or the receiving second when the authentication mode sends none.';
comment on column inbox.authentication is 'Which mode and which secret let it in, by name; never the secret.';
comment on column inbox.status is
    'received: waits for the worker. applied: took effect, or was found to repeat what had. held: conflicts with another of the same stamp. parked: not understood or not matched; a person looks.';
comment on column inbox.deliveries is 'How often the very same delivery came; duplicates are harmless and counted.';
comment on constraint inbox_once_key on inbox is 'I-8: one delivery, one row, however often it is sent.';

create index inbox_due_idx on inbox (due_at, inbox_id) where due_at is not null;
comment on index inbox_due_idx is 'The worker takes what is due, oldest first; holds only what waits.';

create index inbox_visible_idx on inbox (status, inbox_id) where status in ('held', 'parked');
comment on index inbox_visible_idx is 'The list of what waits for a person.';
