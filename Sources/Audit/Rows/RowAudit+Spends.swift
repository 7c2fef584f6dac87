extension RowAudit {
    static let ofSpends = [
        RowAudit(
            check: .legWithoutSpend, table: "legs", key: ["card_id", "spend_id", "program_id"],
            expected: "a spend of this card and id, and a release when it is a leg of one"
        ) { cards in
            """
            select card_id, spend_id, program_id, 'none' as found from legs l
            where \(cards.holds("l.card_id"))
                and (not exists (select from spends s where s.card_id = l.card_id and s.spend_id = l.spend_id)
                    or l.of_release and not exists (
                        select from releases r where r.card_id = l.card_id and r.spend_id = l.spend_id))
            """
        },
        RowAudit(
            check: .spendIDUnique, table: "spends", key: ["spend_id"], expected: "one spend", isByCard: false
        ) { _ in
            """
            select spend_id, count(*)::text || ' spends' as found from spends group by spend_id having count(*) > 1
            """
        },
        RowAudit(
            check: .runningTotalWithoutSpends, table: "running_totals", key: ["card_id", "weights"],
            expected: "spends that add up to it"
        ) { cards in
            """
            select card_id, weights, total_minor::text || ' and no spends' as found from running_totals t
            where \(cards.holds("t.card_id")) and total_minor <> 0 and not exists (
                select from spends s where s.card_id = t.card_id and s.weights = t.weights) and not exists (
                select from releases r where r.card_id = t.card_id and r.weights = t.weights)
            """
        },
    ]

    static let ofPreferences = [
        RowAudit(
            check: .preferenceVersionsContiguous, table: "cards", key: ["card_id"],
            expected: "versions 1 to the one in force"
        ) { cards in
            """
            select coalesce(c.card_id, v.card_id) as card_id,
                'in force ' || coalesce(c.preference_version::text, 'on no card') || ', ' || coalesce(v.count, 0)
                    || ' versions from ' || coalesce(v.first::text, '-') || ' to ' || coalesce(v.last::text, '-')
                    as found
            from (select * from cards where \(cards.holds("card_id"))) c full join (
                select card_id, count(*) as count, min(version) as first, max(version) as last
                from preference_versions where \(cards.holds("card_id")) group by card_id
            ) v on v.card_id = c.card_id
            where c.card_id is null or coalesce(v.count, 0) <> c.preference_version
                or (v.count > 0 and (v.first <> 1 or v.last <> c.preference_version))
            """
        },
        RowAudit(
            check: .preferenceRequestVersion, table: "preference_requests", key: ["card_id", "request_id"],
            expected: "a version of the card"
        ) { cards in
            """
            select card_id, request_id, 'version ' || version as found from preference_requests r
            where \(cards.holds("r.card_id")) and ((version <> 0 and not exists (
                    select from preference_versions v where v.card_id = r.card_id and v.version = r.version))
                or not exists (select from cards c where c.card_id = r.card_id))
            """
        },
    ]
}
