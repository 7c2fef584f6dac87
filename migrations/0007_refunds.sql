-- Refunds and what each took back, authorisations that pin a preference, and how a parked leg was settled.

alter table cards add column card_program text not null default '';
comment on column cards.card_program is
    'The issuer''s own name for the kind of card; late clearings are attributed by a rule that may differ by it. Empty: the general rule.';

create table authorizations (
    card_id                text        not null,
    authorization_id       text        not null,
    authorization_number   bigint      generated always as identity,
    amount_minor           bigint      not null,
    currency_code          text        not null,
    merchant_category_code text        not null,
    merchant_name          text        not null,
    merchant_country       text        not null,
    authorized_at          timestamptz not null,
    preference_version     bigint      not null,
    status                 text        not null default 'open',
    request_hash           bytea       not null,
    recorded_at            timestamptz not null,
    reversed_at            timestamptz,
    constraint authorizations_pkey primary key (card_id, authorization_id),
    constraint authorizations_authorization_id_key unique (authorization_id),
    constraint authorizations_amount_positive check (amount_minor > 0),
    constraint authorizations_status_known check (status in ('open', 'reversed')),
    constraint authorizations_reversed_when check ((status = 'reversed') = (reversed_at is not null))
);
comment on table authorizations is
    'One row an authorised purchase, for ever. While it is open its clearings, however many and whatever they sum to, are split under the preference version it pins.';
comment on column authorizations.status is 'open: pins. reversed: freed by the platform; a clearing that comes all the same is late and follows the declared attribution rule.';
create unique index authorizations_listing_key on authorizations (card_id, authorization_number);
comment on index authorizations_listing_key is 'A card''s authorisations, newest first, without skipping.';

alter table spends
    add column authorization_id text,
    add column attribution text not null default 'latest',
    add constraint spends_attribution_known check (attribution in ('authorization', 'clearing', 'latest'));
comment on column spends.authorization_id is 'The authorisation that the spend cleared, when the platform named one.';
comment on column spends.attribution is 'Why the decision was made under its preference version. authorization: pinned when the purchase was authorised. clearing: valid when the purchase happened. latest: in force when it was recorded.';
create index spends_authorization_idx on spends (card_id, authorization_id) where authorization_id is not null;
comment on index spends_authorization_idx is 'The clearings of an authorisation.';

alter table legs add column settled_with jsonb;
comment on column legs.settled_with is 'For a leg that was parked and settled later: the plugin, configuration and period totals that decided it at last, so that a refund and a replay ask the same again (I-4, I-9).';

create table refunds (
    card_id                text        not null,
    refund_id              text        not null,
    refund_number          bigint      generated always as identity,
    spend_id               text,
    amount_minor           bigint      not null,
    currency_code          text        not null,
    merchant_category_code text        not null,
    merchant_name          text        not null,
    authorization_id       text,
    occurred_at            timestamptz not null,
    status                 text        not null,
    reason                 text,
    rule                   text,
    candidates             jsonb       not null default '[]',
    request_hash           bytea       not null,
    recorded_at            timestamptz not null,
    settled_at             timestamptz,
    constraint refunds_pkey primary key (card_id, refund_id),
    constraint refunds_refund_id_key unique (refund_id),
    constraint refunds_amount_positive check (amount_minor > 0),
    constraint refunds_status_known check (status in ('applied', 'waiting', 'held', 'undone'))
);
comment on table refunds is
    'One row a refund. What it did stands in refund_movements; status says where it is now.';
comment on column refunds.spend_id is 'The spend as the platform named it; null when it named none and one was to be found.';
comment on column refunds.authorization_id is 'The authorisation whose clearing is refunded, when the platform named one: an exact link for the policy.';
comment on column refunds.status is 'applied: taken from spends. waiting: its spend is not here yet. held: an operator decides, reason says why. undone: taken back; its movements sum to zero.';
comment on column refunds.rule is 'Which rule of the attribution policy chose the spends: NAMED, EXACT_LINK, SAME_MERCHANT_AND_AMOUNT, FIRST_IN_FIRST_OUT, PRO_RATA, or OPERATOR.';
comment on column refunds.candidates is 'What the policy considered, rule by rule, when the refund named no spend: the spends, what was open on each, and what was chosen.';
comment on constraint refunds_refund_id_key on refunds is 'I-5: one outcome per refund_id over all cards.';
create unique index refunds_listing_key on refunds (card_id, refund_number);
comment on index refunds_listing_key is 'A card''s refunds, newest first, without skipping.';
create index refunds_waiting_idx on refunds (spend_id, refund_number) where status = 'waiting';
comment on index refunds_waiting_idx is 'A new spend finds the refunds that came before it.';
create index refunds_attention_idx on refunds (status, refund_number) where status in ('waiting', 'held');
comment on index refunds_attention_idx is 'The list of what waits for a spend or for an operator.';

create table refund_movements (
    card_id              text        not null,
    movement_number      bigint      generated always as identity,
    refund_id            text        not null,
    spend_id             text        not null,
    cause                text        not null,
    amount_minor         bigint      not null,
    refunded_after_minor bigint      not null,
    excluded_minor       bigint      not null,
    held_minor           bigint      not null,
    recorded_at          timestamptz not null,
    constraint refund_movements_pkey primary key (card_id, movement_number),
    constraint refund_movements_cause_known check (cause in ('refund', 'undo', 'reattribution', 'settlement')),
    constraint refund_movements_not_nothing check ((amount_minor = 0) = (cause = 'settlement')),
    constraint refund_movements_refunded_not_negative check (refunded_after_minor >= 0)
);
comment on table refund_movements is
    'I-4, append-only: each time money was taken out of a spend''s decision (above zero) or put back (below zero). With its clawbacks, excluded and held it sums to the amount.';
comment on column refund_movements.cause is
    'refund: taken. undo: put back. reattribution: moved to or from other spends. settlement: moves no money; a leg that was parked while a part of it was refunded has earned since, and what it earned on that part is taken.';
comment on column refund_movements.refunded_after_minor is 'How much of the spend is refunded after this movement; what is taken is A(cleared - before) - A(cleared - after) of the pinned decision A.';
create index refund_movements_spend_idx on refund_movements (card_id, spend_id, movement_number);
comment on index refund_movements_spend_idx is 'How much of a spend is refunded, and how that came about.';
create index refund_movements_refund_idx on refund_movements (card_id, refund_id, movement_number);
comment on index refund_movements_refund_idx is 'What a refund did.';

create table clawbacks (
    card_id         text   not null,
    movement_number bigint not null,
    program_id      text   not null,
    unit            text   not null,
    amount_minor    bigint not null,
    earned_micro    bigint not null,
    constraint clawbacks_pkey primary key (card_id, movement_number, program_id),
    constraint clawbacks_unit_known check (unit in ('points', 'value'))
);
comment on table clawbacks is
    'What a movement took from each leg (below zero: gave back), append-only. By card, program and unit earned_micro sums to the position''s clawed_back_micro (I-2).';
create index clawbacks_position_idx on clawbacks (card_id, program_id, movement_number);
comment on index clawbacks_position_idx is 'The age of a debt: the newest clawbacks of a position, back to its size.';
