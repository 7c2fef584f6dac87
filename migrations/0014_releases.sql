-- Held money: what waits for a link, and what became of it.

create table held_spends (
    card_id            text        not null,
    spend_id           text        not null,
    spend_number       bigint      not null,
    preference_version bigint      not null,
    currency_code      text        not null,
    held_minor         bigint      not null,
    held_since         timestamptz not null,
    constraint held_spends_pkey primary key (card_id, spend_id),
    constraint held_spends_not_negative check (held_minor >= 0)
) with (fillfactor = 80);
comment on table held_spends is
    'One row a spend of which something was held and not yet released or expired. Written with the spend, deleted by its release. It grows with what waits and not with what was.';
comment on column held_spends.preference_version is 'The version of the preference that the spend was decided under. A later version with links releases it.';
comment on column held_spends.held_minor is 'What is held now, in minor units: refunds take from it and undoing gives back, so it may be zero.';
comment on column held_spends.held_since is 'When the spend was recorded. spending.heldLifetime counts from here.';
create unique index held_spends_card_key on held_spends (card_id, spend_number);
comment on index held_spends_card_key is 'A card''s held spends, oldest first: the order in which they are released. Also the walk over the cards that hold money.';
create unique index held_spends_number_key on held_spends (spend_number);
comment on index held_spends_number_key is 'All held spends, oldest first, for the operator''s list.';
create index held_spends_since_idx on held_spends (held_since);
comment on index held_spends_since_idx is 'What has expired, and how old the oldest is.';

create table releases (
    card_id            text        not null,
    spend_id           text        not null,
    release_number     bigint      not null,
    outcome            text        not null,
    cause              text        not null,
    amount_minor       bigint      not null,
    preference_version bigint      not null,
    weights            text        not null,
    running_before     bigint      not null,
    excluded_minor     bigint      not null,
    decision           bytea,
    recorded_at        timestamptz not null,
    constraint releases_pkey primary key (card_id, spend_id),
    constraint releases_amount_positive check (amount_minor > 0),
    constraint releases_excluded_not_negative check (excluded_minor >= 0),
    constraint releases_outcome_known check (outcome in ('released', 'expired')),
    constraint releases_cause_known check (cause in ('link', 'operator', 'lifetime')),
    constraint releases_decided check ((outcome = 'released') = (decision is not null)),
    constraint releases_expired check ((outcome = 'expired') = (cause = 'lifetime'))
);
comment on table releases is
    'What became of the money that a spend''s decision held, append-only: at most one row for each spend that held money. Its legs are those with of_release.';
comment on constraint releases_pkey on releases is 'I-5: the held money of a spend is released or expires once.';
comment on column releases.release_number is 'Drawn from the numbers of spends under the card''s lock: a card''s spends and releases in the order in which they were decided (I-3).';
comment on column releases.outcome is 'released: decided by decision. expired: excluded for good.';
comment on column releases.cause is 'link: a later version of the preference has links. operator: somebody asked for it. lifetime: spending.heldLifetime was over.';
comment on column releases.amount_minor is 'All that the spend''s decision held, in minor units. What refunds had taken of it before is given back and taken from the release in the same transaction (I-4).';
comment on column releases.preference_version is 'The version that it was decided under; for what has expired, the one then in force.';
comment on column releases.running_before is 'The card''s running total under these weights before the release, in minor units.';
comment on column releases.excluded_minor is 'What every program refused, or all of it when it has expired.';
comment on column releases.decision is 'The canonical bytes of the decision about amount_minor, in the form of spends.decision (I-9).';
create unique index releases_number_key on releases (card_id, release_number);
comment on index releases_number_key is 'A card''s releases in the order in which they were decided.';

alter table legs
    add column of_release boolean not null default false,
    drop constraint legs_pkey,
    add constraint legs_pkey primary key (card_id, spend_id, program_id, of_release);
comment on column legs.of_release is
    'Whether the leg belongs to the release of what the spend''s decision held. A program may have a leg of each.';
comment on table legs is
    'The shares of a spend, one row a program (I-1: with the spend''s excluded and held they sum to its amount), and those of its release (with the release''s excluded they sum to what was held). earned_micro is in millionths of the unit: of a point, or of a minor unit of value.';

alter table clawbacks
    add column of_release boolean not null default false,
    drop constraint clawbacks_pkey,
    add constraint clawbacks_pkey primary key (card_id, movement_number, program_id, of_release);
comment on column clawbacks.of_release is 'Whether it was taken from a leg of the spend''s release.';

alter table refund_movements
    add column released_minor bigint not null default 0,
    drop constraint refund_movements_cause_known,
    drop constraint refund_movements_not_nothing,
    add constraint refund_movements_cause_known
        check (cause in ('refund', 'undo', 'reattribution', 'settlement', 'release')),
    add constraint refund_movements_not_nothing check ((amount_minor = 0) = (cause in ('settlement', 'release')));
comment on column refund_movements.released_minor is
    'The part taken from what was released: the clawbacks with of_release, and of the rest of the release what is excluded. The other clawbacks, excluded, held and this sum to the amount.';
comment on column refund_movements.cause is
    'refund: taken. undo: put back. reattribution: moved to or from other spends. settlement: moves no money; a leg that was parked while a part of it was refunded has earned since, and what it earned on that part is taken. release: moves no money out of the spend; what the refund had taken of the held part is given back and taken from the release.';

insert into held_spends (card_id, spend_id, spend_number, preference_version, currency_code, held_minor, held_since)
select s.card_id, s.spend_id, s.spend_number, s.preference_version, s.currency_code,
       s.held_minor - coalesce((
           select sum(m.held_minor) from refund_movements m where m.card_id = s.card_id and m.spend_id = s.spend_id), 0),
       s.recorded_at
  from spends s
 where s.held_minor > 0;
