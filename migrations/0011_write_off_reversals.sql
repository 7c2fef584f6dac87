-- A write-off whose refund is undone: what was given up is owed by nobody any more and must not turn into points.

create table debt_write_off_reversals (
    card_id         text        not null,
    reversal_number bigint      generated always as identity,
    program_id      text        not null,
    unit            text        not null,
    micro           bigint      not null,
    recorded_at     timestamptz not null,
    constraint debt_write_off_reversals_pkey primary key (card_id, reversal_number),
    constraint debt_write_off_reversals_micro_positive check (micro > 0),
    constraint debt_write_off_reversals_unit_known check (unit in ('points', 'value'))
);
comment on table debt_write_off_reversals is
    'I-7, append-only: what was written off of a debt that is gone, since the refund that made it was undone. Written with the claw-back that gives back; without it the points would be issued a second time.';
create index debt_write_off_reversals_position_idx on debt_write_off_reversals (card_id, program_id, unit);
comment on index debt_write_off_reversals_position_idx is 'verify sums them by position.';
comment on column positions.written_off_micro is
    'Debt that an operator gave up and that would still be owed: sums debt_write_offs less debt_write_off_reversals.';
