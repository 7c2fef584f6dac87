-- The wallet: the house's own points program. SANDBOX and LIVE are the first key column of every table; nothing joins
-- across them. I-10 (balance = received - spent = sum of the ledger, never below zero) is held here as well as in code.

create table wallet_org_keys (
    environment text        not null,
    key_id      text        not null,
    key_digest  bytea       not null,
    label       text        not null,
    created_at  timestamptz not null,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    constraint wallet_org_keys_pkey primary key (environment, key_id),
    constraint wallet_org_keys_key_digest_key unique (environment, key_digest),
    constraint wallet_org_keys_environment_known check (environment in ('SANDBOX', 'LIVE'))
);
comment on table wallet_org_keys is
    'Keys of customers'' backends: a small table. Keys are random and 256 bits long; only their SHA-256 is kept.';

create table wallet_members (
    environment      text        not null,
    external_user_id text        not null,
    display_name     text,
    email            text,
    tier             text        not null default 'standard',
    attributes       jsonb,
    balance          bigint      not null default 0,
    amount_received  bigint      not null default 0,
    amount_spent     bigint      not null default 0,
    ledger_sequence  bigint      not null default 0,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    archived_at      timestamptz,
    balance_retained boolean     not null default false,
    constraint wallet_members_pkey primary key (environment, external_user_id),
    constraint wallet_members_environment_known check (environment in ('SANDBOX', 'LIVE')),
    constraint wallet_members_identity check (balance = amount_received - amount_spent),
    constraint wallet_members_balance_not_negative check (balance >= 0),
    constraint wallet_members_totals_in_range check (
        amount_received between 0 and 9007199254740991 and amount_spent between 0 and 9007199254740991),
    constraint wallet_members_attributes_object check (attributes is null or jsonb_typeof(attributes) = 'object')
);
comment on table wallet_members is 'One row per member and environment, with the wallet they hold; archived, never deleted.';
comment on constraint wallet_members_identity on wallet_members is 'I-10: balance = amountReceived - amountSpent.';
comment on column wallet_members.ledger_sequence is 'The sequence of the member''s newest ledger row; 0 before the first.';

create table wallet_offers (
    environment       text        not null,
    offer_id          text        not null,
    sequence          bigint      generated always as identity,
    title             text        not null,
    description       text        not null default '',
    short_description text        not null default '',
    kind              text        not null default '',
    type              text        not null default '',
    points_price      bigint,
    expires_at        timestamptz,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    constraint wallet_offers_pkey primary key (environment, offer_id),
    constraint wallet_offers_environment_known check (environment in ('SANDBOX', 'LIVE')),
    constraint wallet_offers_price_in_range check (points_price between 0 and 9007199254740991)
);
comment on table wallet_offers is 'What points can be redeemed for; a NULL price asks for no points.';
create unique index wallet_offers_listing_idx on wallet_offers (environment, sequence desc);
comment on index wallet_offers_listing_idx is 'Pages of offers, newest first.';

create table wallet_redemptions (
    environment      text        not null,
    redemption_id    text        not null,
    external_user_id text        not null,
    offer_id         text        not null,
    sequence         bigint      generated always as identity,
    status           text        not null,
    points_debited   bigint      not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    start_at         timestamptz,
    end_at           timestamptz,
    constraint wallet_redemptions_pkey primary key (environment, redemption_id),
    constraint wallet_redemptions_member_fkey foreign key (environment, external_user_id)
        references wallet_members (environment, external_user_id),
    constraint wallet_redemptions_offer_fkey foreign key (environment, offer_id)
        references wallet_offers (environment, offer_id),
    constraint wallet_redemptions_status_known check (status in (
        'SUBMITTED', 'OPEN', 'AWAITING_VENDOR', 'AWAITING_CUSTOMER', 'PURCHASED', 'COMPLETED', 'CANCELED')),
    constraint wallet_redemptions_points_in_range check (points_debited between 0 and 9007199254740991)
);
comment on table wallet_redemptions is 'One row per redemption; points_debited is what a cancel gives back, whatever the offer costs by then.';
create unique index wallet_redemptions_one_live_idx on wallet_redemptions (environment, external_user_id, offer_id)
    where status <> 'CANCELED';
comment on index wallet_redemptions_one_live_idx is 'One live redemption per member and offer.';
create unique index wallet_redemptions_listing_idx on wallet_redemptions (environment, external_user_id, sequence desc);
comment on index wallet_redemptions_listing_idx is
    'Pages of a member''s redemptions, newest first. The sequence is drawn under the member''s row lock, so it never runs backwards.';
create index wallet_redemptions_status_idx on wallet_redemptions (environment, external_user_id, status, sequence desc);
comment on index wallet_redemptions_status_idx is 'The same pages, of one status.';
create index wallet_redemptions_offer_idx on wallet_redemptions (environment, offer_id);
comment on index wallet_redemptions_offer_idx is 'Analytics by offer.';
create index wallet_redemptions_created_idx on wallet_redemptions (environment, created_at);
comment on index wallet_redemptions_created_idx is 'Analytics by time.';

create table wallet_transactions (
    environment      text        not null,
    external_user_id text        not null,
    sequence         bigint      not null,
    transaction_id   text        not null,
    type             text        not null,
    cause            text        not null,
    amount           bigint      not null,
    balance_after    bigint      not null,
    received_after   bigint      not null,
    reason           text,
    redemption_id    text,
    created_at       timestamptz not null,
    constraint wallet_transactions_pkey primary key (environment, external_user_id, sequence),
    constraint wallet_transactions_transaction_id_key unique (transaction_id, environment),
    constraint wallet_transactions_member_fkey foreign key (environment, external_user_id)
        references wallet_members (environment, external_user_id),
    constraint wallet_transactions_redemption_fkey foreign key (environment, redemption_id)
        references wallet_redemptions (environment, redemption_id),
    constraint wallet_transactions_sequence_positive check (sequence > 0),
    constraint wallet_transactions_type_matches_sign check (
        (type = 'CREDIT' and amount > 0) or (type = 'DEBIT' and amount < 0)),
    constraint wallet_transactions_cause_matches_type check (
        (cause in ('mint', 'refund') and type = 'CREDIT') or (cause in ('spend', 'forfeit') and type = 'DEBIT')),
    constraint wallet_transactions_redemption_named check ((cause in ('spend', 'refund')) = (redemption_id is not null)),
    constraint wallet_transactions_in_range check (
        abs(amount) <= 9007199254740991 and balance_after between 0 and 9007199254740991
        and received_after between balance_after and 9007199254740991)
);
comment on table wallet_transactions is
    'The ledger: append-only, one row per change of a wallet, numbered without gaps per member. Grows with use, for ever.';
create unique index wallet_transactions_one_spend_idx on wallet_transactions (environment, redemption_id)
    where cause = 'spend';
comment on index wallet_transactions_one_spend_idx is 'A redemption is paid for once.';
create unique index wallet_transactions_one_refund_idx on wallet_transactions (environment, redemption_id)
    where cause = 'refund';
comment on index wallet_transactions_one_refund_idx is 'A redemption is given back once.';
create index wallet_transactions_created_idx on wallet_transactions (created_at, environment) include (cause, amount);
comment on index wallet_transactions_created_idx is
    'Analytics by time. The environment stands last, so that no plan for a member''s rows, made before there are statistics, takes this index.';

-- I-10 by induction: every row continues the row before it, and the member's totals are those of the newest row.
create function wallet_transactions_continue() returns trigger language plpgsql as $$
declare
    balance_before  bigint := 0;
    received_before bigint := 0;
begin
    if new.sequence > 1 then
        select t.balance_after, t.received_after into balance_before, received_before from wallet_transactions t
        where t.environment = new.environment and t.external_user_id = new.external_user_id
            and t.sequence = new.sequence - 1;
        if not found then
            raise exception 'a ledger row must follow the member''s newest row without a gap'
                using errcode = 'check_violation', constraint = 'wallet_transactions_without_gaps';
        end if;
    end if;
    if new.balance_after <> balance_before + new.amount
        or new.received_after <> received_before + greatest(new.amount, 0) then
        raise exception 'a ledger row must continue the totals of the row before it'
            using errcode = 'check_violation', constraint = 'wallet_transactions_chain';
    end if;
    return new;
end $$;
create trigger wallet_transactions_chain before insert on wallet_transactions
    for each row execute function wallet_transactions_continue();

create function wallet_transactions_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'ledger rows are never changed or removed: write a new row'
        using errcode = 'check_violation', constraint = 'wallet_transactions_append_only';
end $$;
create trigger wallet_transactions_append_only before update or delete on wallet_transactions
    for each row execute function wallet_transactions_refuse_change();
create trigger wallet_transactions_no_truncate before truncate on wallet_transactions
    for each statement execute function wallet_transactions_refuse_change();

-- Looks at the rows as they stand at commit, so that the order of writes within a transaction is free.
create function wallet_members_agree_with_ledger() returns trigger language plpgsql as $$
declare
    member wallet_members%rowtype;
    newest wallet_transactions%rowtype;
begin
    select * into member from wallet_members m
    where m.environment = new.environment and m.external_user_id = new.external_user_id;
    if not found then return null; end if;
    -- By full key, so that the cost never depends on the ledger's length: without gaps, the newest row is the one that
    -- has no row after it.
    select * into newest from wallet_transactions t
    where t.environment = new.environment and t.external_user_id = new.external_user_id
        and t.sequence = member.ledger_sequence;
    if member.ledger_sequence <> coalesce(newest.sequence, 0)
        or member.balance <> coalesce(newest.balance_after, 0)
        or member.amount_received <> coalesce(newest.received_after, 0)
        or exists (
            select 1 from wallet_transactions t
            where t.environment = new.environment and t.external_user_id = new.external_user_id
                and t.sequence = member.ledger_sequence + 1
        ) then
        raise exception 'a member''s totals must be those of the newest ledger row'
            using errcode = 'check_violation', constraint = 'wallet_members_agree_with_ledger';
    end if;
    return null;
end $$;
create constraint trigger wallet_members_agree_with_ledger
    after insert or update of balance, amount_received, amount_spent, ledger_sequence on wallet_members
    deferrable initially deferred for each row execute function wallet_members_agree_with_ledger();
create constraint trigger wallet_transactions_agree_with_member after insert on wallet_transactions
    deferrable initially deferred for each row execute function wallet_members_agree_with_ledger();

create table wallet_idempotency (
    environment    text        not null,
    scope          text        not null,
    key            text        not null,
    request_digest bytea       not null,
    status         integer,
    body           bytea,
    created_at     timestamptz not null,
    constraint wallet_idempotency_pkey primary key (environment, scope, key),
    constraint wallet_idempotency_environment_known check (environment in ('SANDBOX', 'LIVE')),
    constraint wallet_idempotency_answer_whole check ((status is null) = (body is null))
);
comment on table wallet_idempotency is
    'The first answer under each caller''s key (I-5), written in the transaction of its effect and kept as long as its ledger row. Failures are not stored.';

create table wallet_webhooks (
    environment    text        not null,
    webhook_id     text        not null,
    url            text        not null,
    events         text[]      not null,
    signing_secret text        not null,
    created_at     timestamptz not null,
    disabled_at    timestamptz,
    failing_since  timestamptz,
    constraint wallet_webhooks_pkey primary key (environment, webhook_id),
    constraint wallet_webhooks_environment_known check (environment in ('SANDBOX', 'LIVE'))
);
comment on table wallet_webhooks is
    'Endpoints that are told of events. The signing secret must be read to sign, so it is stored; it is shown once.';

create table wallet_outbox (
    environment text        not null,
    event_id    text        not null,
    event       text        not null,
    body        text        not null,
    created_at  timestamptz not null,
    constraint wallet_outbox_pkey primary key (environment, event_id)
);
comment on table wallet_outbox is 'Events as they are sent, byte for byte, written with the ledger row they tell of.';

create table wallet_deliveries (
    environment  text        not null,
    delivery_id  text        not null,
    event_id     text        not null,
    webhook_id   text        not null,
    attempts     integer     not null default 0,
    due_at       timestamptz not null,
    delivered_at timestamptz,
    failed_at    timestamptz,
    last_status  integer,
    constraint wallet_deliveries_pkey primary key (environment, delivery_id),
    constraint wallet_deliveries_event_fkey foreign key (environment, event_id)
        references wallet_outbox (environment, event_id),
    constraint wallet_deliveries_webhook_fkey foreign key (environment, webhook_id)
        references wallet_webhooks (environment, webhook_id),
    constraint wallet_deliveries_one_end check (delivered_at is null or failed_at is null)
);
comment on table wallet_deliveries is 'One row per event and endpoint: when it is due, or how it ended.';
create index wallet_deliveries_due_idx on wallet_deliveries (due_at) where delivered_at is null and failed_at is null;
comment on index wallet_deliveries_due_idx is 'The sender''s claim: cost does not grow with what was delivered.';

create table wallet_pools (
    environment    text        not null,
    balance        bigint      not null,
    low_water_mark bigint      not null default 0,
    is_low         boolean     not null default false,
    sequence       bigint      not null default 0,
    created_at     timestamptz not null,
    constraint wallet_pools_pkey primary key (environment),
    constraint wallet_pools_live_only check (environment = 'LIVE'),
    constraint wallet_pools_balance_in_range check (balance between 0 and 9007199254740991),
    constraint wallet_pools_mark_in_range check (low_water_mark between 0 and 9007199254740991)
);
comment on table wallet_pools is 'Prepaid points that live credits draw down; no row, no limit.';

create table wallet_pool_entries (
    environment   text        not null,
    sequence      bigint      not null,
    amount        bigint      not null,
    balance_after bigint      not null,
    reference     text        not null,
    created_at    timestamptz not null,
    constraint wallet_pool_entries_pkey primary key (environment, sequence),
    constraint wallet_pool_entries_pool_fkey foreign key (environment) references wallet_pools (environment),
    constraint wallet_pool_entries_amount_not_zero check (amount <> 0),
    constraint wallet_pool_entries_balance_not_negative check (balance_after >= 0)
);
comment on table wallet_pool_entries is
    'The pool''s ledger: a top-up is positive, a draw negative; the reference is the purchase or the transaction it paid for.';
