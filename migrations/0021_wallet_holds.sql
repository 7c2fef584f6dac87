-- Holds of the wallet: points of a member that are set aside for a purchase under way. A hold moves no points, so it is
-- no row of the ledger; what it captures is.

create table wallet_holds (
    environment      text        not null,
    hold_id          text        not null,
    external_user_id text        not null,
    sequence         bigint      generated always as identity,
    amount           bigint      not null,
    captured         bigint      not null default 0,
    status           text        not null,
    reason           text,
    created_at       timestamptz not null,
    expires_at       timestamptz not null,
    ended_at         timestamptz,
    constraint wallet_holds_pkey primary key (environment, hold_id),
    constraint wallet_holds_member_fkey foreign key (environment, external_user_id)
        references wallet_members (environment, external_user_id),
    constraint wallet_holds_environment_known check (environment in ('SANDBOX', 'LIVE')),
    constraint wallet_holds_status_known check (status in ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')),
    constraint wallet_holds_amount_in_range check (amount between 1 and 9007199254740991),
    constraint wallet_holds_captured_in_range check (captured between 0 and amount),
    constraint wallet_holds_captured_matches_status check ((status = 'CAPTURED') = (captured > 0)),
    constraint wallet_holds_ended_matches_status check ((status = 'HELD') = (ended_at is null)),
    constraint wallet_holds_expires_later check (expires_at > created_at),
    constraint wallet_holds_ended_in_time check (
        ended_at >= created_at
        and case status when 'CAPTURED' then ended_at < expires_at when 'EXPIRED' then ended_at >= expires_at else true end)
);
comment on table wallet_holds is
    'One row per hold. It ends once, by a capture of all or a part, a release or its expiry; the row never changes after that.';
comment on column wallet_holds.captured is
    'What the hold''s one capture debited, in points; what it left of the amount is available again.';
create unique index wallet_holds_listing_idx on wallet_holds (environment, external_user_id, sequence desc);
comment on index wallet_holds_listing_idx is 'Pages of a member''s holds, newest first.';
create unique index wallet_holds_all_idx on wallet_holds (environment, sequence desc);
comment on index wallet_holds_all_idx is 'Pages of every member''s holds, newest first.';
create index wallet_holds_active_idx on wallet_holds (environment, external_user_id) include (amount)
    where status = 'HELD';
comment on index wallet_holds_active_idx is 'What a member''s active holds add up to.';
create index wallet_holds_expiry_idx on wallet_holds (expires_at) where status = 'HELD';
comment on index wallet_holds_expiry_idx is 'The holds that expire next.';

alter table wallet_members
    add column held bigint not null default 0,
    add constraint wallet_members_held_in_balance check (held between 0 and balance),
    add constraint wallet_members_archived_hold_nothing check (archived_at is null or held = 0);
comment on column wallet_members.held is
    'The sum of the member''s active holds, in points. Available to spend is balance - held.';

alter table wallet_transactions
    add column hold_id text,
    drop constraint wallet_transactions_cause_matches_type,
    add constraint wallet_transactions_cause_matches_type check (
        (cause in ('mint', 'refund') and type = 'CREDIT')
        or (cause in ('spend', 'forfeit', 'clawback', 'capture') and type = 'DEBIT')),
    add constraint wallet_transactions_hold_named check ((cause = 'capture') = (hold_id is not null)),
    add constraint wallet_transactions_hold_fkey foreign key (environment, hold_id)
        references wallet_holds (environment, hold_id);
comment on column wallet_transactions.hold_id is 'The hold that the row captures; null for every other cause.';
create unique index wallet_transactions_one_capture_idx on wallet_transactions (environment, hold_id)
    where hold_id is not null;
comment on index wallet_transactions_one_capture_idx is 'A hold is captured once.';

create function wallet_holds_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'holds are never removed: release the hold'
            using errcode = 'check_violation', constraint = 'wallet_holds_end_once';
    end if;
    if old.status <> 'HELD'
        or (new.environment, new.hold_id, new.external_user_id, new.sequence, new.amount, new.reason, new.created_at,
            new.expires_at)
        is distinct from
            (old.environment, old.hold_id, old.external_user_id, old.sequence, old.amount, old.reason, old.created_at,
            old.expires_at) then
        raise exception 'a hold ends once and is not changed otherwise: place another hold'
            using errcode = 'check_violation', constraint = 'wallet_holds_end_once';
    end if;
    return new;
end $$;
create trigger wallet_holds_end_once before update or delete on wallet_holds
    for each row execute function wallet_holds_refuse_change();
create trigger wallet_holds_no_truncate before truncate on wallet_holds
    for each statement execute function wallet_holds_refuse_change();

-- Looks at the rows as they are at commit, so that the order of writes within a transaction is free.
create function wallet_members_agree_with_holds() returns trigger language plpgsql as $$
begin
    if exists (
        select from wallet_members m
        where m.environment = new.environment and m.external_user_id = new.external_user_id
            and m.held <> (
                select coalesce(sum(h.amount), 0) from wallet_holds h
                where h.environment = m.environment and h.external_user_id = m.external_user_id
                    and h.status = 'HELD')
    ) then
        raise exception 'what a member has held must be the sum of the active holds'
            using errcode = 'check_violation', constraint = 'wallet_members_agree_with_holds';
    end if;
    return null;
end $$;
create constraint trigger wallet_members_agree_with_holds
    after insert or update of held on wallet_members
    deferrable initially deferred for each row execute function wallet_members_agree_with_holds();
create constraint trigger wallet_holds_agree_with_member after insert or update of status on wallet_holds
    deferrable initially deferred for each row execute function wallet_members_agree_with_holds();
