-- What each card has earned with each program, and the issues that turn it into points at Cosmo.

create table positions (
    card_id          text        not null,
    program_id       text        not null,
    unit             text        not null,
    earned_micro     bigint      not null default 0,
    clawed_back_micro bigint     not null default 0,
    issued_micro     bigint      not null default 0,
    in_flight_micro  bigint      not null default 0,
    unknown_micro    bigint      not null default 0,
    plan_at          timestamptz,
    blocked_reason   text,
    blocked_by       text,
    changed_at       timestamptz not null default now(),
    constraint positions_pkey primary key (card_id, program_id, unit),
    constraint positions_unit_known check (unit in ('points', 'value')),
    constraint positions_not_negative check (
        earned_micro >= 0 and clawed_back_micro >= 0 and issued_micro >= 0 and in_flight_micro >= 0 and unknown_micro >= 0)
) with (fillfactor = 80);
comment on table positions is
    'I-2, one row a card, program and unit: pending - debt = earned - clawed back - issued - in flight - unknown, in millionths of the unit. Pending and debt are not stored: they are that difference''s positive and negative part.';
comment on column positions.plan_at is 'When issuance should look at the row next; null: nothing has changed since it last did.';
comment on column positions.blocked_reason is 'Why nothing is planned although something is pending. With blocked_by: Cosmo refused that issue for good, and nothing more is planned until an operator retries or the account changes. Without: what the planner found in the way (the link, the program); whoever changes that sets plan_at.';

create index positions_plan_idx on positions (plan_at) where plan_at is not null;
comment on index positions_plan_idx is 'The planner takes what changed, oldest first; its cost follows what changed, not what there is.';

create index positions_blocked_idx on positions (program_id, card_id) where blocked_reason is not null;
comment on index positions_blocked_idx is 'The list of positions that wait for an operator.';

create table issuances (
    card_id           text        not null,
    reference_number  text        not null,
    issuance_number   bigint      generated always as identity,
    program_id        text        not null,
    unit              text        not null,
    quantity_micro    bigint      not null,
    sent_value        bigint      not null,
    sent_currency     text        not null,
    account           jsonb       not null,
    status            text        not null default 'planned',
    reason            text,
    cosmo_transaction_id text,
    total_points      numeric,
    attempts          integer     not null default 0,
    reads             integer     not null default 0,
    absent_reads      integer     not null default 0,
    due_at            timestamptz,
    lease_id          uuid,
    first_sent_at     timestamptz,
    last_sent_at      timestamptz,
    accepted_at       timestamptz,
    settled_at        timestamptz,
    settled_by        text,
    evidence          text,
    evidence_by       text,
    created_at        timestamptz not null default now(),
    constraint issuances_pkey primary key (card_id, reference_number),
    constraint issuances_reference_number_key unique (reference_number),
    constraint issuances_reference_number_shape check (reference_number ~ '^[A-Za-z0-9_-]{1,64}$'),
    constraint issuances_quantity_positive check (quantity_micro > 0 and sent_value > 0),
    constraint issuances_unit_known check (unit in ('points', 'value')),
    constraint issuances_status_known check (
        status in ('planned', 'sending', 'accepted', 'confirmed', 'unknown', 'mismatched', 'parked')),
    constraint issuances_settled_by_known check (settled_by in ('webhook', 'read', 'operator', 'refusal')),
    constraint issuances_due_while_open check (due_at is null or status in ('planned', 'sending', 'accepted', 'unknown'))
) with (fillfactor = 80);
comment on table issuances is
    'One row for each issue asked of Cosmo, written before the first send (I-6) and kept for ever. planned, sending, accepted, mismatched count as in flight; unknown as unknown; confirmed as issued; parked gives the quantity back to pending.';
comment on column issuances.status is
    'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good.';
comment on column issuances.due_at is 'planned: when to send. sending: when the lease ends and the outcome becomes unknown. accepted and unknown: when to read it from Cosmo.';
comment on column issuances.reason is 'Why it stands where it stands. On a confirmed issue: later news that contradicts it, such as a second transaction.';
comment on column issuances.evidence is 'What an operator saw, and where, who settled it by hand; evidence_by is that operator''s API client.';
comment on column issuances.sent_value is 'The integer that went to Cosmo: points, or value in the configured unit of currency.';
comment on constraint issuances_reference_number_key on issuances is 'I-6: a reference is one issue, for ever.';

create index issuances_planned_idx on issuances (program_id, due_at) where status = 'planned';
comment on index issuances_planned_idx is 'Senders claim by program what is due; holds only what is to be sent.';
create index issuances_open_idx on issuances (due_at) where status in ('sending', 'accepted', 'unknown') and due_at is not null;
comment on index issuances_open_idx is 'The resolver takes expired leases and due reads; holds only what is open.';
create unique index issuances_transaction_key on issuances (cosmo_transaction_id) where cosmo_transaction_id is not null;
comment on index issuances_transaction_key is 'One Cosmo transaction settles one issue; a webhook without our reference finds its issue here.';
create unique index issuances_listing_key on issuances (issuance_number);
comment on index issuances_listing_key is 'ListIssuances pages in order of planning.';
create index issuances_card_idx on issuances (card_id, program_id, issuance_number);
comment on index issuances_card_idx is 'A card''s issues, for GetPosition''s neighbour and for the operator.';
create index issuances_attention_idx on issuances (status, issuance_number)
    where status in ('unknown', 'mismatched', 'parked') or (status = 'confirmed' and reason is not null);
comment on index issuances_attention_idx is 'The list of what waits for a person; a confirmed issue is in it when later news contradicts it.';
create index issuances_confirmed_idx on issuances (program_id, issuance_number) where status = 'confirmed';
comment on index issuances_confirmed_idx is 'The latest confirmed issue of a program, which proves that reading by reference works before an absence is believed.';

create table cosmo_calls (
    call_id          bigint      generated always as identity,
    call             text        not null,
    program_id       text,
    reference_number text,
    request          jsonb       not null,
    response_status  integer,
    response         jsonb,
    outcome          text        not null,
    reason           text,
    duration_micros  bigint      not null,
    called_at        timestamptz not null default now(),
    constraint cosmo_calls_pkey primary key (call_id)
);
comment on table cosmo_calls is
    'The audit record of every validate, preview and issue call: what was asked, what came back, how long it took, personal fields masked. Grows with each call; old rows may be archived by called_at.';
create index cosmo_calls_reference_number_idx on cosmo_calls (reference_number) where reference_number is not null;
comment on index cosmo_calls_reference_number_idx is 'All calls made for one issue.';
create index cosmo_calls_called_at_idx on cosmo_calls using brin (called_at);
comment on index cosmo_calls_called_at_idx is 'Archiving by age; tiny, since rows arrive in time order.';
