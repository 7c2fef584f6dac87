-- Comments of earlier migrations in plainer words; nothing else changes.

comment on column programs.required_fields is 'Which account fields Cosmo requires; null: not known yet.';
comment on column positions.blocked_reason is
    'Why nothing is planned although something is pending. With blocked_by: Cosmo refused that issue for good, and nothing more is planned until an operator retries or the account changes. Without: what prevented planning (the link, the program); a change of that sets plan_at.';
comment on table issuances is
    'One row for each issue asked of Cosmo, written before the first send (I-6) and never deleted. planned, sending, accepted, mismatched count as in flight; unknown as unknown; confirmed as issued; parked and withdrawn give the quantity back to pending.';
comment on column issuances.reason is
    'Why it has its status. On a confirmed issue: later news that contradicts it, such as a second transaction.';
comment on constraint issuances_reference_number_key on issuances is 'I-6: a reference belongs to one issue and is never used again.';
comment on table authorizations is
    'One row an authorised purchase, never deleted. While it is open its clearings, however many and whatever they sum to, are split under the preference version it pins.';
comment on table refunds is 'One row a refund. What it did is in refund_movements; status says where it is now.';
comment on column connection_events.discarded_at is 'Knowledge time: from when it no longer counts; null while it counts.';
comment on table wallet_transactions is
    'The ledger: append-only, one row per change of a wallet, numbered without gaps per member. Grows with use.';
comment on column programs.pays_into is
    'COSMO: issued by Cosmo. WALLET: paid into the house''s own wallet, to the member who is the card''s user; Cosmo knows nothing of the program and no refresh of the catalogue touches it. Set when the program is made, and never changed.';
