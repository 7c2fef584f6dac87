-- An issue that was never sent, to an account that is no longer the card's, is withdrawn and planned for the new account.

alter table issuances
    drop constraint issuances_settled_by_known,
    add constraint issuances_settled_by_known check (
        settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'account', 'wallet', 'check'));
comment on column issuances.status is
    'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good. withdrawn: given back before it was sent, because the position came to owe (I-7) or the card has another account with the program.';

create index issuances_planned_card_idx on issuances (card_id, program_id, unit) where status = 'planned';
comment on index issuances_planned_card_idx is
    'The planner finds what a position has planned, without its history; holds only what is to be sent.';

-- Senders now pass over such issues, so the planner must look at their positions.
update positions p set plan_at = least(coalesce(p.plan_at, now()), now())
from issuances i
join links l on l.card_id = i.card_id and l.program_id = i.program_id
where i.status = 'planned' and i.reads = 0 and i.account <> l.account
    and p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit;
