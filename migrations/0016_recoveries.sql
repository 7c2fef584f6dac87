-- After a failover or a restore the database may lack issues that Cosmo has. Nothing is sent until both were compared.

create table server_identity (
    is_only_row       boolean     not null default true,
    system_identifier text        not null,
    timeline          text        not null,
    database_oid      text        not null,
    seen_at           timestamptz not null,
    constraint server_identity_pkey primary key (is_only_row),
    constraint server_identity_one_row check (is_only_row)
);
comment on table server_identity is
    'Which server the service wrote to last. A promotion and a point-in-time recovery begin a new timeline, a new cluster has another system identifier, and a database made from a dump has another OID. A part that this service may not read is empty.';
comment on column server_identity.seen_at is
    'The latest heartbeat. A lost commit is newer than the newest heartbeat that survived, so the comparison with Cosmo begins there.';

create table recoveries (
    recovery_number bigint      generated always as identity,
    cause           text        not null,
    detail          text        not null,
    begun_at        timestamptz not null,
    begun_by        text,
    compare_from    timestamptz not null,
    compare_until   timestamptz not null,
    final_at        timestamptz not null,
    compare_at      timestamptz not null,
    comparing_id    uuid,
    compared_at     timestamptz,
    cosmo_count     bigint      not null default 0,
    in_books_count  bigint      not null default 0,
    foreign_count   bigint      not null default 0,
    failure         text,
    ended_at        timestamptz,
    ended_by        text,
    evidence        text,
    constraint recoveries_pkey primary key (recovery_number),
    constraint recoveries_cause_known check (cause in ('server', 'timeline', 'database', 'gap', 'operator')),
    constraint recoveries_interval check (compare_from <= compare_until and compare_until <= final_at),
    constraint recoveries_end check ((ended_at is null) = (ended_by is null))
);
comment on table recoveries is
    'Times in which nothing was sent to Cosmo because the database may lack issues. The one without an end is the fence: no sender claims an issue while it is there.';
comment on column recoveries.cause is
    'server, timeline, database: what of server_identity changed. gap: no heartbeat for longer than issuance.recoveryGap. operator: begun by a person.';
comment on column recoveries.compare_until is
    'No call to Cosmo that began before the fence can start after this: the last lease that an earlier sender may hold ends here.';
comment on column recoveries.final_at is 'Only a comparison that began at or after this time can end the recovery.';
comment on column recoveries.compare_at is 'When the next comparison is due; while one is under way, when another process may take it over.';
comment on column recoveries.comparing_id is 'The comparison under way; one whose id was replaced ends without effect.';
comment on column recoveries.compared_at is 'When the latest comparison that reached its end began.';
comment on column recoveries.ended_by is '''comparison'', or the API client of the operator who ended it.';
create unique index recoveries_open_key on recoveries ((ended_at is null)) where ended_at is null;
comment on index recoveries_open_key is 'At most one recovery is open; senders look here before each claim.';

create table recovery_findings (
    recovery_number      bigint      not null,
    cosmo_transaction_id text        not null,
    reference_number     text,
    program_id           text,
    reason               text        not null,
    card_id              text,
    detail               jsonb       not null,
    found_at             timestamptz not null,
    constraint recovery_findings_pkey primary key (recovery_number, cosmo_transaction_id)
);
comment on table recovery_findings is
    'Transactions of Cosmo that were none of our issues when a recovery compared, and may be. A finding is open until an issue has its transaction id; TRANSACTION_FAILED is never open. Transactions of other systems are counted in recoveries.foreign_count and not kept.';
comment on column recovery_findings.card_id is 'The card that the reference number proves; null when it proves none.';

alter table issuances add column adopted_at timestamptz;
comment on column issuances.adopted_at is
    'When an issue that only Cosmo knew was taken into the books, after a failover or a restore had lost it. Null for every other issue.';
