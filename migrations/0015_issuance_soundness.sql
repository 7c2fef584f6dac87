-- What is sent to Cosmo is tied to what it was planned from; and an issue that nobody has to look at any more says so.

alter table issuances
    add column sent_unit_micro bigint,
    add column planned_digest bytea,
    add column resolved_at timestamptz,
    drop constraint issuances_settled_by_known,
    add constraint issuances_settled_by_known check (
        settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'wallet', 'check'));
comment on column issuances.sent_unit_micro is
    'How many millionths of the unit one of sent_value is worth, as it was configured at planning: quantity_micro = sent_value * sent_unit_micro. Null for an issue that was planned before this was kept.';
comment on column issuances.planned_digest is
    'SHA-256 over what was decided at planning and never changes: card, reference, program, unit, quantity, what is sent, account, time. Senders refuse a row that it does not fit. Null for an issue that was planned before this was kept.';
comment on column issuances.resolved_at is
    'On a parked issue: since when its quantity may be planned again. On a confirmed one that has a reason: when an operator looked at the contradiction. Null while the issue waits for a person; also null for every other issue.';

-- A parked issue waits for a person while its refusal blocks its position.
update issuances i set resolved_at = coalesce(i.settled_at, i.created_at)
where i.status = 'parked' and not exists (
    select from positions p
    where p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
        and p.blocked_by = i.reference_number);

-- If a blocking issue turned out to exist at Cosmo, only a new account lifted the block until now.
update positions p set blocked_by = null, blocked_reason = null, plan_at = coalesce(p.plan_at, now())
where p.blocked_by is not null and not exists (
    select from issuances i
    where i.reference_number = p.blocked_by and i.status in ('parked', 'mismatched'));

create index issuances_waiting_idx on issuances (issuance_number)
    where status = 'mismatched' or (status = 'unknown' and due_at is null)
        or (status in ('parked', 'confirmed') and reason is not null and resolved_at is null);
comment on index issuances_waiting_idx is
    'The list, the count and the gauge of the issues that wait for a person; holds only those.';
create index issuances_blocking_idx on issuances (card_id, program_id, unit)
    where status = 'parked' and resolved_at is null;
comment on index issuances_blocking_idx is
    'Finds the refused issues of a position when its block is lifted; holds only those.';
comment on index issuances_attention_idx is
    'Lists by status: unknown, mismatched, parked with its history, and confirmed with a reason.';
