-- Who may call, and what operators did.

create table api_clients (
    client_id  text        not null,
    key_digest bytea       not null,
    role       text        not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    constraint api_clients_pkey primary key (client_id),
    constraint api_clients_key_digest_key unique (key_digest),
    constraint api_clients_role_known check (role in ('platform', 'operator'))
);
comment on table api_clients is
    'Who may call the RPC door: a small table. Keys are random and 256 bits long; only their SHA-256 is kept.';
comment on column api_clients.role is 'platform: preferences, spends, positions. operator: everything, administration included.';

create table operator_actions (
    action_id  bigint      generated always as identity,
    client_id  text        not null,
    action     text        not null,
    subject    text        not null,
    detail     jsonb       not null default '{}',
    acted_at   timestamptz not null default now(),
    constraint operator_actions_pkey primary key (action_id)
);
comment on table operator_actions is 'What operators changed, append-only: who, what, on which thing, with which words.';
create index operator_actions_subject_idx on operator_actions (subject, action_id);
comment on index operator_actions_subject_idx is 'The history of one card, program or issue.';
