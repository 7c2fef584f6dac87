extension RowAudit {
    static let ofRefunds = [
        RowAudit(
            check: .refundIDUnique, table: "refunds", key: ["refund_id"], expected: "one refund", isByCard: false
        ) { _ in
            """
            select refund_id, count(*)::text || ' refunds' as found from refunds
            group by refund_id having count(*) > 1
            """
        },
        RowAudit(
            check: .refundCard, table: "refunds", key: ["card_id", "refund_id"], expected: "a card in its currency"
        ) { cards in
            """
            select r.card_id, r.refund_id, coalesce('a card in ' || c.currency_code, 'no card') as found
            from refunds r left join cards c on c.card_id = r.card_id
            where \(cards.holds("r.card_id")) and c.currency_code is distinct from r.currency_code
            """
        },
        RowAudit(
            check: .refundSum, table: "refunds", key: ["card_id", "refund_id"],
            expected: "movements of its amount when it is applied, and of nothing otherwise"
        ) { cards in
            """
            select r.card_id, r.refund_id,
                r.status || ', amount ' || r.amount_minor || ', moved ' || coalesce(m.moved, 0) as found
            from refunds r left join (
                select card_id, refund_id, sum(amount_minor) as moved from refund_movements
                where \(cards.holds("card_id")) group by card_id, refund_id
            ) m on m.card_id = r.card_id and m.refund_id = r.refund_id
            where \(cards.holds("r.card_id"))
                and coalesce(m.moved, 0) <> case r.status when 'applied' then r.amount_minor else 0 end
            """
        },
        RowAudit(
            check: .movementWithoutSpend, table: "refund_movements", key: ["card_id", "movement_number"],
            expected: "a spend and a refund of this card"
        ) { cards in
            """
            select m.card_id, m.movement_number::text as movement_number,
                case when s.card_id is null then 'no spend ' else '' end
                    || case when r.card_id is null then 'no refund' else '' end as found
            from refund_movements m
            left join spends s on s.card_id = m.card_id and s.spend_id = m.spend_id
            left join refunds r on r.card_id = m.card_id and r.refund_id = m.refund_id
            where \(cards.holds("m.card_id")) and (s.card_id is null or r.card_id is null)
            """
        },
        RowAudit(
            check: .clawbackWithoutMovement, table: "clawbacks", key: ["card_id", "movement_number", "program_id"],
            expected: "a movement of this card"
        ) { cards in
            """
            select card_id, movement_number::text as movement_number, program_id, 'none' as found from clawbacks k
            where \(cards.holds("k.card_id")) and not exists (
                select from refund_movements m
                where m.card_id = k.card_id and m.movement_number = k.movement_number)
            """
        },
        RowAudit(
            check: .writeOffUnique, table: "debt_write_offs", key: ["card_id", "request_id"], expected: "one write-off"
        ) { cards in
            """
            select card_id, request_id, count(*) || ' write-offs' as found from debt_write_offs w
            where \(cards.holds("w.card_id")) group by card_id, request_id having count(*) > 1
            """
        },
    ]

    static let ofAuthorizations = [
        RowAudit(
            check: .authorizationIDUnique, table: "authorizations", key: ["authorization_id"],
            expected: "one authorisation", isByCard: false
        ) { _ in
            """
            select authorization_id, count(*)::text || ' authorisations' as found from authorizations
            group by authorization_id having count(*) > 1
            """
        },
        RowAudit(
            check: .authorizationVersion, table: "authorizations", key: ["card_id", "authorization_id"],
            expected: "a version of the card, and its currency"
        ) { cards in
            """
            select a.card_id, a.authorization_id,
                'version ' || a.preference_version || ' in ' || a.currency_code
                    || case when c.card_id is null then ' on no card' else '' end as found
            from authorizations a
            left join cards c on c.card_id = a.card_id and c.currency_code = a.currency_code
            where \(cards.holds("a.card_id")) and (c.card_id is null
                or (a.preference_version <> 0 and not exists (
                    select from preference_versions v
                    where v.card_id = a.card_id and v.version = a.preference_version)))
            """
        },
    ]
}
