import PostgreSQL
import Rewards

/// The SQL of debts, of what was written off, and of what is unknown.
///
/// The age of a debt is read from the claw-backs, which are Spending's: a read, and nothing but a read, across rooms.
enum DebtStore {
    /// Debts by program, largest first, with the claw-backs they are made of.
    static func list(
        cardID: String?, programID: String?, after: [PostgresValue]?, limit: Int, at now: PostgresTimestamp
    ) -> Query<Debt> {
        var parameters: [PostgresValue] = [.int(limit), .timestamptz(now)]
        var conditions = ["debt_micro > 0"]
        func add(_ values: [PostgresValue], _ condition: ([String]) -> String) {
            parameters += values
            conditions.append(condition((parameters.count - values.count + 1...parameters.count).map { "$\($0)" }))
        }
        if let cardID { add([.text(cardID)]) { "card_id = \($0[0])" } }
        if let programID { add([.text(programID)]) { "program_id = \($0[0])" } }
        if let after {
            add(after) { "(program_id, - debt_micro, card_id, unit) > (\($0[0]), -\($0[1])::int8, \($0[2]), \($0[3]))" }
        }
        // A refund counts with what it still takes, at the time it first took something; newest first, until the debt
        // is reached.
        let sql = """
            with owing as materialized (
                select card_id, program_id, unit, debt_micro, changed_at from positions
                where \(conditions.joined(separator: " and "))
                order by program_id, - debt_micro, card_id, unit limit $1
            )
            select o.card_id, o.program_id, o.unit, o.debt_micro, o.changed_at, a.oldest_at,
                coalesce(a.taken, 0)::int8 as taken, coalesce(a.days_30, 0)::int8 as days_30,
                coalesce(a.days_60, 0)::int8 as days_60, coalesce(a.days_90, 0)::int8 as days_90
            from owing o
            cross join lateral (
                select min(t.taken_at) as oldest_at, sum(t.micro) as taken,
                    sum(t.micro) filter (where t.taken_at >= $2 - interval '30 days') as days_30,
                    sum(t.micro) filter (
                        where t.taken_at < $2 - interval '30 days' and t.taken_at >= $2 - interval '60 days') as
                            days_60,
                    sum(t.micro) filter (
                        where t.taken_at < $2 - interval '60 days' and t.taken_at >= $2 - interval '90 days') as days_90
                from (
                    select r.taken_at,
                        least(r.micro, o.debt_micro - coalesce(sum(r.micro) over (
                            order by r.taken_at desc, r.refund_id
                            rows between unbounded preceding and 1 preceding), 0)) as micro
                    from (
                        select m.refund_id, min(m.recorded_at) as taken_at, sum(c.earned_micro) as micro
                        from clawbacks c
                        join refund_movements m on m.card_id = c.card_id and m.movement_number = c.movement_number
                        where c.card_id = o.card_id and c.program_id = o.program_id and c.unit = o.unit
                        group by m.refund_id having sum(c.earned_micro) > 0) r) t
                where t.micro > 0) a
            order by o.program_id, - o.debt_micro, o.card_id, o.unit
            """
        return Query(sql, parameters) { row in try debt(row, at: now) }
    }

    private static func debt(_ row: PostgresRow, at now: PostgresTimestamp) throws -> Debt {
        let debtMicro = try row.get("debt_micro", as: Int64.self)
        let taken = try row.get("taken", as: Int64.self)
        var ages = DebtAges(
            upTo30DaysMicro: try row.get("days_30"), upTo60DaysMicro: try row.get("days_60"),
            upTo90DaysMicro: try row.get("days_90"))
        ages.over90DaysMicro = taken - ages.upTo30DaysMicro - ages.upTo60DaysMicro - ages.upTo90DaysMicro
        let oldestAt = try row.get("oldest_at", as: PostgresTimestamp?.self) ?? row.get("changed_at")
        if debtMicro > taken { ages.add(debtMicro - taken, since: oldestAt, at: now) }
        return Debt(key: try PositionStore.key(row), debtMicro: debtMicro, oldestAt: oldestAt, ages: ages)
    }

    /// What is owed in all, by program and unit.
    static let totals = Query(
        """
        select program_id, unit, least(sum(debt_micro), 9223372036854775807)::int8 as debt_micro,
            count(*) as positions
        from positions where debt_micro > 0 group by program_id, unit order by program_id, unit
        """
    ) { row in
        DebtTotal(
            programID: try row.get("program_id"), unit: try unit(row), debtMicro: try row.get("debt_micro"),
            positionCount: try row.get("positions"))
    }

    /// The balances of what is unknown: from the positions, with the issuances that make them up.
    static let unknown = Query(
        """
        select program_id, unit, coalesce(p.micro, 0)::int8 as micro, coalesce(i.issuances, 0) as issuances, \
        i.oldest_sent_at
        from (
            select program_id, unit, least(sum(unknown_micro), 9223372036854775807) as micro
            from positions where unknown_micro > 0 group by program_id, unit) p
        full join (
            select program_id, unit, count(*) as issuances,
                min(coalesce(first_sent_at, created_at)) as oldest_sent_at
            from issuances where status = 'unknown' group by program_id, unit) i using (program_id, unit)
        order by program_id, unit
        """
    ) { row in
        UnknownBalance(
            programID: try row.get("program_id"), unit: try unit(row), unknownMicro: try row.get("micro"),
            issuanceCount: try row.get("issuances"), oldestSentAt: try row.get("oldest_sent_at"))
    }

    /// What is parked and waits for a person, by program and unit.
    static let parked = Query(
        """
        select program_id, unit, least(sum(quantity_micro), 9223372036854775807)::int8 as micro,
            count(*) as issuances, min(coalesce(settled_at, created_at)) as oldest_at
        from issuances where status = 'parked' and resolved_at is null group by program_id, unit
        order by program_id, unit
        """
    ) { row in
        ParkedBalance(
            programID: try row.get("program_id"), unit: try row.get("unit", of: "issuances"),
            parkedMicro: try row.get("micro"), issuanceCount: try row.get("issuances"),
            oldestAt: try row.get("oldest_at"))
    }

    private static func unit(_ row: PostgresRow) throws -> RewardUnit {
        try row.get("unit", of: "positions")
    }
}
