-- The wallet's room works with values: where an issue was paid is a column, and what is kept under a caller's key is the
-- value that was answered, without a status of HTTP.

alter table issuances add column wallet_environment text;
comment on column issuances.wallet_environment is
    'The environment of the wallet that the issue was paid into; null for an issue that is not paid into the wallet.';

-- The account of such an issue is the member alone. A digest that was right is computed again without the environment.
create function issuances_planned_digest(i issuances, account jsonb) returns bytea language sql as $$
    select sha256(convert_to(string_agg(octet_length(piece) || ':' || piece, '' order by place), 'UTF8'))
    from (
        select piece, place from unnest(array[
            i.card_id, i.reference_number, i.program_id, i.unit, i.quantity_micro::text, i.sent_value::text,
            i.sent_unit_micro::text, i.sent_currency, (extract(epoch from i.created_at) * 1000000)::bigint::text
        ]) with ordinality as fixed (piece, place)
        union all
        select f.piece, 100 + 2 * (dense_rank() over (order by a.key collate "C")) + f.part
        from jsonb_each_text(account) a, lateral (values (0, a.key), (1, a.value)) as f (part, piece)
    ) pieces
$$;
update issuances i set wallet_environment = i.account ->> 'environment', account = i.account - 'environment',
    planned_digest = case when i.planned_digest = issuances_planned_digest(i, i.account)
        then issuances_planned_digest(i, i.account - 'environment') else i.planned_digest end
where i.settled_by = 'wallet';
drop function issuances_planned_digest(issuances, jsonb);

alter table issuances
    add constraint issuances_wallet_environment_known check (wallet_environment in ('SANDBOX', 'LIVE')),
    add constraint issuances_wallet_environment_given check (
        (settled_by is not distinct from 'wallet') = (wallet_environment is not null));
comment on constraint issuances_wallet_environment_given on issuances is
    'What is taken back from an environment is at most what was paid there, so every issue paid into the wallet names its own.';

-- What was stored so far can be read as a value: its JSON has the same members.
alter table wallet_idempotency drop column status;
alter table wallet_idempotency rename column body to answer;
comment on column wallet_idempotency.answer is
    'The value that was answered, in JSON of the room''s own; null only while its transaction is open. Each door writes it in its own form.';

-- Comments of earlier migrations in plainer words.
comment on table wallet_webhooks is
    'Endpoints that receive events. The signing secret must be read to sign, so it is stored; it is shown once.';
comment on index wallet_transactions_created_idx is
    'Analytics by time. The environment comes last, so that no plan for a member''s rows, made before there are statistics, takes this index.';
