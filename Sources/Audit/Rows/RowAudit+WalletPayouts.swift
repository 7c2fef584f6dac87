/// What programs pay into the issuer's own wallet, against the wallet's ledger, from both sides.
extension RowAudit {
    static let ofWalletPayouts = [
        RowAudit(
            check: .issuancePaysInto, table: "issuances", key: ["card_id", "reference_number"],
            expected: "paid where its program pays"
        ) { cards in
            """
            select card_id, reference_number,
                'settled by ' || coalesce(settled_by, 'nobody') || ', program pays into '
                    || coalesce(p.pays_into, 'nothing known') as found
            from issuances i left join programs p on p.program_id = i.program_id
            where \(cards.holds("i.card_id"))
                and (i.settled_by is not distinct from 'wallet') <> (p.pays_into is not distinct from 'WALLET')
            """
        },
        RowAudit(
            check: .issuanceWalletCredit, table: "issuances", key: ["card_id", "reference_number"],
            expected: "one credit of its points in the wallet of the card's user"
        ) { cards in
            """
            select i.card_id, i.reference_number,
                count(t.transaction_id) || ' credits, of ' || coalesce(string_agg(t.amount::text, ', '), 'nothing')
                    || ', for ' || i.sent_value as found
            from issuances i
            left join cards c on c.card_id = i.card_id
            left join wallet_transactions t on t.issue_reference = i.reference_number
            where \(cards.holds("i.card_id")) and i.settled_by = 'wallet'
            group by i.card_id, i.reference_number
            having count(t.transaction_id) <> 1
                or not bool_and(coalesce(
                    t.cause = 'mint' and t.amount = i.sent_value and i.quantity_micro = i.sent_value::numeric * 1000000
                    and t.external_user_id = c.user_id and t.environment = i.wallet_environment
                    and i.account = jsonb_build_object('externalUserID', t.external_user_id), false))
            """
        },
        RowAudit(
            check: .reversalWalletDebit, table: "issuance_reversals",
            key: ["card_id", "program_id", "wallet_transaction_id"],
            expected: "one debit of its points in the wallet of the card's user"
        ) { cards in
            """
            select r.card_id, r.program_id, r.wallet_transaction_id,
                coalesce(t.cause || ' of ' || t.amount, 'no row of the ledger') || ', for '
                    || r.quantity_micro || ' millionths' as found
            from issuance_reversals r
            left join cards c on c.card_id = r.card_id
            left join wallet_transactions t
                on t.transaction_id = r.wallet_transaction_id and t.environment = r.wallet_environment
            where \(cards.holds("r.card_id"))
                and not coalesce(
                    t.cause = 'clawback' and t.amount::numeric * -1000000 = r.quantity_micro
                    and t.external_user_id = c.user_id, false)
            """
        },
        RowAudit(
            check: .reversalBounded, table: "issuance_reversals", key: ["card_id", "program_id", "unit"],
            expected: "no more taken back than was paid"
        ) { cards in
            """
            select r.card_id, r.program_id, r.unit,
                sum(r.quantity_micro) || ' of ' || coalesce(min(paid.micro), 0) || ' in ' || r.wallet_environment as
                    found
            from issuance_reversals r
            left join lateral (
                select sum(i.quantity_micro) as micro from issuances i
                where i.card_id = r.card_id and i.program_id = r.program_id and i.unit = r.unit
                    and i.settled_by = 'wallet' and i.wallet_environment = r.wallet_environment) paid on true
            where \(cards.holds("r.card_id"))
            group by r.card_id, r.program_id, r.unit, r.wallet_environment
            having sum(r.quantity_micro) > coalesce(min(paid.micro), 0)
            """
        },
        RowAudit(
            check: .walletRowClaimed, table: "wallet_transactions", key: ["environment", "transaction_id"],
            expected: "the issuance it pays, or the reversal it is of", isByCard: false
        ) { _ in
            """
            select environment, transaction_id, 'no issuance ' || issue_reference as found
            from wallet_transactions t
            where issue_reference is not null and not exists (
                select from issuances i where i.reference_number = t.issue_reference and i.settled_by = 'wallet')
            union all
            select environment, transaction_id, 'no reversal' from wallet_transactions t
            where cause = 'clawback' and not exists (
                select from issuance_reversals r
                where r.wallet_transaction_id = t.transaction_id and r.wallet_environment = t.environment)
            """
        },
    ]
}
