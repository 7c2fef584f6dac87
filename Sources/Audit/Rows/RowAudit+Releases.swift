extension RowAudit {
    /// What is held, what was, and what became of it.
    static let ofReleases = [
        RowAudit(
            check: .releaseOnce, table: "releases", key: ["card_id", "spend_id"], expected: "one release"
        ) { cards in
            """
            select card_id, spend_id, count(*)::text || ' releases' as found from releases r
            where \(cards.holds("r.card_id")) group by card_id, spend_id having count(*) > 1
            """
        },
        RowAudit(
            check: .releaseAmount, table: "releases", key: ["card_id", "spend_id"],
            expected: "all that its spend's decision held; all of it excluded when it has expired"
        ) { cards in
            """
            select r.card_id, r.spend_id,
                r.outcome || ', amount ' || r.amount_minor || ', excluded ' || r.excluded_minor || ', held '
                    || coalesce(s.held_minor::text, 'by no spend') as found
            from releases r left join spends s on s.card_id = r.card_id and s.spend_id = r.spend_id
            where \(cards.holds("r.card_id")) and (s.held_minor is distinct from r.amount_minor
                or r.outcome = 'expired' and (r.excluded_minor <> r.amount_minor or r.decision is not null)
                or r.outcome <> 'expired' and r.decision is null)
            """
        },
        RowAudit(
            check: .releaseVersion, table: "releases", key: ["card_id", "spend_id"],
            expected: "a later version than its spend's, unless an operator asked, and a later number"
        ) { cards in
            """
            select r.card_id, r.spend_id,
                r.cause || ', version ' || r.preference_version || ' after ' || s.preference_version || ', number '
                    || r.release_number || ' after ' || s.spend_number as found
            from releases r join spends s on s.card_id = r.card_id and s.spend_id = r.spend_id
            where \(cards.holds("r.card_id")) and (r.release_number <= s.spend_number
                or r.cause = 'link' and r.preference_version <= s.preference_version
                or r.preference_version < s.preference_version
                or (r.outcome = 'expired') <> (r.cause = 'lifetime')
                or r.outcome = 'released' and r.weights = '')
            """
        },
        RowAudit(
            check: .heldSpends, table: "held_spends", key: ["card_id", "spend_id"],
            expected: "a row with what is held for each spend that holds something, and none once it is released"
        ) { cards in
            """
            select coalesce(s.card_id, h.card_id) as card_id, coalesce(s.spend_id, h.spend_id) as spend_id,
                coalesce('a row with ' || h.held_minor || ' of version ' || h.preference_version, 'no row') || ', '
                    || coalesce(s.outcome, coalesce(s.held || ' held', 'no spend')) as found
            from (
                select p.card_id, p.spend_id, p.spend_number, p.preference_version, p.currency_code, p.recorded_at,
                    r.outcome, p.held_minor - coalesce(m.taken, 0) as held, coalesce(m.taken, 0) as taken
                from spends p
                left join releases r on r.card_id = p.card_id and r.spend_id = p.spend_id
                left join (
                    select card_id, spend_id, sum(held_minor) as taken from refund_movements
                    where held_minor <> 0 and \(cards.holds("card_id")) group by card_id, spend_id
                ) m on m.card_id = p.card_id and m.spend_id = p.spend_id
                where p.held_minor > 0 and \(cards.holds("p.card_id"))
            ) s full join (select * from held_spends where \(cards.holds("card_id"))) h
                on h.card_id = s.card_id and h.spend_id = s.spend_id
            where case when s.outcome is null
                then (h.held_minor, h.spend_number, h.preference_version, h.currency_code, h.held_since)
                    is distinct from (s.held, s.spend_number, s.preference_version, s.currency_code, s.recorded_at)
                else h.card_id is not null or s.taken <> 0 end
            """
        },
    ]
}
