-- Programs that pay into the house's own wallet: the issue is the wallet's ledger row, and what a refund takes is taken back.

alter table programs
    add column pays_into text not null default 'COSMO',
    add constraint programs_pays_into_known check (pays_into in ('COSMO', 'WALLET')),
    add constraint programs_wallet_listed check (pays_into = 'COSMO' or listed);
comment on column programs.pays_into is
    'COSMO: issued by Cosmo. WALLET: paid into the house''s own wallet, to the member who is the card''s user; Cosmo knows nothing of the program and no refresh of the catalogue touches it. Set when the program is made, for ever.';

alter table issuances
    drop constraint issuances_settled_by_known,
    add constraint issuances_settled_by_known check (
        settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'wallet')),
    add constraint issuances_wallet_confirmed check (
        settled_by is distinct from 'wallet' or (status = 'confirmed' and attempts = 0));
comment on constraint issuances_wallet_confirmed on issuances is
    'An issue paid into the wallet is written in the transaction that pays it: nothing of it is ever sent, and it is never open.';

alter table wallet_transactions
    add column issue_reference text,
    drop constraint wallet_transactions_cause_matches_type,
    add constraint wallet_transactions_cause_matches_type check (
        (cause in ('mint', 'refund') and type = 'CREDIT')
        or (cause in ('spend', 'forfeit', 'clawback') and type = 'DEBIT')),
    add constraint wallet_transactions_issue_is_mint check (issue_reference is null or cause = 'mint');
comment on column wallet_transactions.issue_reference is
    'The issue of card rewards that this row pays, by its reference number; null for what the customer''s backend credits.';
create unique index wallet_transactions_one_issue_idx on wallet_transactions (issue_reference, environment)
    where issue_reference is not null;
comment on index wallet_transactions_one_issue_idx is 'An issue is paid once; verify and explain find its row here.';
create unique index wallet_transactions_clawback_idx on wallet_transactions (transaction_id, environment)
    where cause = 'clawback';
comment on index wallet_transactions_clawback_idx is 'verify compares the rows that took points back with the reversals.';

create table issuance_reversals (
    card_id               text        not null,
    program_id            text        not null,
    unit                  text        not null,
    reversal_number       bigint      generated always as identity,
    quantity_micro        bigint      not null,
    wallet_environment    text        not null,
    wallet_transaction_id text        not null,
    recorded_at           timestamptz not null,
    constraint issuance_reversals_pkey primary key (card_id, program_id, unit, reversal_number),
    constraint issuance_reversals_wallet_transaction_key unique (wallet_transaction_id),
    constraint issuance_reversals_whole_points check (quantity_micro > 0 and quantity_micro % 1000000 = 0),
    constraint issuance_reversals_points_only check (unit = 'points'),
    constraint issuance_reversals_environment_known check (wallet_environment in ('SANDBOX', 'LIVE'))
);
comment on table issuance_reversals is
    'What was taken back out of the wallet for refunds, append-only, one row a debit. I-2: a position''s issued is the sum of its confirmed issues less the sum of these. Only programs that pay into the wallet have any (I-7).';
comment on constraint issuance_reversals_wallet_transaction_key on issuance_reversals is
    'One debit of the ledger is one reversal.';
