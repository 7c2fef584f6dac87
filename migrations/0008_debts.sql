-- Debt: clawed back after it was issued. Written off by an audited command; and the daily comparison with Cosmo's books.

alter table positions
    add column written_off_micro bigint not null default 0,
    add constraint positions_written_off_not_negative check (written_off_micro >= 0);
alter table positions
    add column debt_micro bigint not null generated always as (
        greatest(0, clawed_back_micro + issued_micro + in_flight_micro + unknown_micro - earned_micro - written_off_micro)) stored;
comment on table positions is
    'I-2, one row a card, program and unit: pending - debt = earned - clawed back + written off - issued - in flight - unknown, in millionths of the unit. The difference''s negative part is kept by the database as debt_micro; its positive part, pending, is not stored.';
comment on column positions.written_off_micro is 'Debt that an operator gave up; sums debt_write_offs.';
comment on column positions.debt_micro is 'I-7: while it is above zero nothing of the position is sent. Computed by the database, so an earning that changes no debt touches no index of debts.';
create index positions_debt_idx on positions (program_id, (- debt_micro), card_id, unit) where debt_micro > 0;
comment on index positions_debt_idx is 'The list of debts (I-7), largest first within a program; holds only the positions that owe.';
create index positions_unknown_idx on positions (program_id) include (unit, unknown_micro) where unknown_micro > 0;
comment on index positions_unknown_idx is 'The balance of what may or may not have been issued, by program (I-6).';

create table debt_write_offs (
    card_id          text        not null,
    request_id       text        not null,
    write_off_number bigint      generated always as identity,
    program_id       text        not null,
    unit             text        not null,
    micro            bigint      not null,
    reason           text        not null,
    written_off_by   text        not null,
    request_hash     bytea       not null,
    recorded_at      timestamptz not null,
    constraint debt_write_offs_pkey primary key (card_id, request_id),
    constraint debt_write_offs_micro_positive check (micro > 0),
    constraint debt_write_offs_unit_known check (unit in ('points', 'value'))
);
comment on table debt_write_offs is 'Debt given up, one row a decision, append-only: how much, why and by whom (I-7).';
create index debt_write_offs_position_idx on debt_write_offs (card_id, program_id, unit);
comment on index debt_write_offs_position_idx is 'verify sums them by position.';

alter table issuances
    drop constraint issuances_status_known,
    add constraint issuances_status_known check (
        status in ('planned', 'sending', 'accepted', 'confirmed', 'unknown', 'mismatched', 'parked', 'withdrawn')),
    drop constraint issuances_settled_by_known,
    add constraint issuances_settled_by_known check (settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt'));
comment on column issuances.status is
    'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good. withdrawn: given back before it was sent, because the position came to owe (I-7).';

create index issuances_sent_idx on issuances using brin (last_sent_at);
comment on index issuances_sent_idx is 'The issues of a quarter of an hour, for the comparison with Cosmo''s books; tiny, since issues are sent about in the order they are planned.';

create table reconciliations (
    day           date        not null,
    started_at    timestamptz not null,
    finished_at   timestamptz,
    cosmo_count   bigint      not null default 0,
    matched_count bigint      not null default 0,
    finding_count bigint      not null default 0,
    failure       text,
    constraint reconciliations_pkey primary key (day)
);
comment on table reconciliations is
    'One row a UTC day compared with Cosmo''s transactions; comparing a day again replaces its row and its findings.';

create table reconciliation_findings (
    day                  date   not null,
    finding_number       bigint generated always as identity,
    side                 text   not null,
    reference_number     text,
    cosmo_transaction_id text,
    program_id           text,
    reason               text   not null,
    detail               jsonb  not null,
    constraint reconciliation_findings_pkey primary key (day, finding_number),
    constraint reconciliation_findings_side_known check (side in ('cosmo_only', 'ours_only', 'differs'))
);
comment on table reconciliation_findings is
    'What only one side knows, or both know differently; a short list in good times. detail holds both sides'' facts without personal data.';
comment on column reconciliation_findings.side is 'cosmo_only: Cosmo lists a transaction that is none of our issues. ours_only: we hold an issue for confirmed that Cosmo does not list. differs: both have it, with other facts.';
