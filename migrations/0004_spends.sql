-- Cleared spends, how each was split, and the running totals the split is fair over.

create table spends (
    card_id            text        not null,
    spend_id           text        not null,
    spend_number       bigint      generated always as identity,
    amount_minor       bigint      not null,
    currency_code      text        not null,
    merchant_category_code text    not null,
    merchant_name      text        not null,
    merchant_country   text        not null,
    occurred_at        timestamptz not null,
    preference_version bigint      not null,
    weights            text        not null,
    running_before     bigint      not null,
    excluded_minor     bigint      not null,
    held_minor         bigint      not null,
    request_hash       bytea       not null,
    decision           bytea       not null,
    recorded_at        timestamptz not null default now(),
    constraint spends_pkey primary key (card_id, spend_id),
    constraint spends_spend_id_key unique (spend_id),
    constraint spends_amount_positive check (amount_minor > 0),
    constraint spends_buckets_not_negative check (excluded_minor >= 0 and held_minor >= 0)
);
comment on table spends is
    'One row a cleared spend, append-only. decision holds the decision''s canonical bytes: everything it was made from and its certificate (I-9).';
comment on constraint spends_spend_id_key on spends is
    'I-5: one outcome per spend_id over all cards. A distributed engine can keep it per card only; see docs/operations.md.';
comment on column spends.running_before is 'The card''s running total under these weights before this spend, in minor units.';

create unique index spends_listing_key on spends (card_id, spend_number);
comment on index spends_listing_key is 'ListSpends pages through a card, newest first, without skipping.';

create table legs (
    card_id               text   not null,
    spend_id              text   not null,
    program_id            text   not null,
    amount_minor          bigint not null,
    unit                  text   not null,
    earned_micro          bigint not null,
    status                text   not null,
    reason                text,
    configuration_version integer not null,
    constraint legs_pkey primary key (card_id, spend_id, program_id),
    constraint legs_amount_not_negative check (amount_minor >= 0),
    constraint legs_earned_not_negative check (earned_micro >= 0),
    constraint legs_unit_known check (unit in ('points', 'value')),
    constraint legs_status_known check (status in ('earned', 'parked'))
);
comment on table legs is
    'The shares of a spend, one row a program (I-1: with the spend''s excluded and held they sum to its amount). earned_micro is in millionths of the unit: of a point, or of a minor unit of value.';
comment on column legs.status is 'parked: the plugin failed; the amount stays with the program, what it earns is decided later.';

create index legs_parked_idx on legs (program_id, card_id, spend_id) where status = 'parked';
comment on index legs_parked_idx is 'The list of parked legs of a program, for the operator and for re-deciding them.';

create table running_totals (
    card_id     text   not null,
    weights     text   not null,
    total_minor bigint not null,
    constraint running_totals_pkey primary key (card_id, weights),
    constraint running_totals_not_negative check (total_minor >= 0)
) with (fillfactor = 80);
comment on table running_totals is
    'I-3: how much a card has spent under one weight vector, minor units. One row for each vector a card ever had; a card that returns to a vector goes on where it left.';

create table period_totals (
    card_id       text   not null,
    program_id    text   not null,
    period        text   not null,
    accepted_minor bigint not null,
    earned_micro  bigint not null,
    constraint period_totals_pkey primary key (card_id, program_id, period),
    constraint period_totals_not_negative check (accepted_minor >= 0 and earned_micro >= 0)
) with (fillfactor = 80);
comment on table period_totals is
    'What a program accepted from a card and gave for it in a period of occurred_at in UTC (''2026'', ''2026-11'' or ''2026-11-21'', as its plugin asks), for caps and tiers; one row a period for programs that ask.';
