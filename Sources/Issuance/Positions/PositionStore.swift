import Cards
package import PostgreSQL
package import Rewards

/// The SQL of positions: what other rooms change of them.
///
/// Statements belong into the caller's transaction; rows are locked in key order, here as everywhere.
package struct PositionStore: PositionSink, PositionPlans {
    private let planDelay: Duration

    /// Makes a store; `planDelay` is how long a position gathers earnings before it is planned.
    package init(planDelay: Duration = .zero) {
        self.planDelay = planDelay
    }

    /// Adds what spends earned at `now`, takes back what refunds took, and has the planner look at each position: once
    /// the delay is over where something was earned, at once where something was taken.
    ///
    /// Changes of one position and kind are added up first; earnings are written before claw-backs.
    ///
    /// **Cost** One statement for any number of earnings; two for any number of claw-backs, three when any gives back.
    package func change(_ changes: [PositionChange], at now: PostgresTimestamp) -> [PostgresStatement] {
        var earned: [PositionKey: Int64] = [:]
        var clawedBack: [PositionKey: Int64] = [:]
        for change in changes {
            switch change {
            case .earned(let key, let micro): Self.add(micro, to: &earned[key, default: 0])
            case .clawedBack(let key, let micro): Self.add(micro, to: &clawedBack[key, default: 0])
            }
        }
        return Self.earn(earned, at: now, planDelay: planDelay) + Self.clawBack(clawedBack, at: now)
    }

    /// Saturates: the database refuses the row then, instead of a sum that wrapped.
    private static func add(_ micro: Int64, to sum: inout Int64) {
        let (total, overflow) = sum.addingReportingOverflow(micro)
        sum = overflow ? (micro > 0 ? .max : .min) : total
    }

    /// A position that is due to be planned keeps its time, so a card with constant spends is planned all the same. A
    /// position with debt may be due much later, so there the earlier of the two times counts.
    private static func earn(
        _ sums: [PositionKey: Int64], at now: PostgresTimestamp, planDelay: Duration
    ) -> [PostgresStatement] {
        guard !sums.isEmpty else { return [] }
        let rows = sums.sorted { $0.key < $1.key }
        let sql = """
            insert into positions as p (card_id, program_id, unit, earned_micro, plan_at, changed_at)
            select e.card_id, e.program_id, e.unit, e.micro, case when e.micro > 0 then $6 end, $5
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[])
                with ordinality as e (card_id, program_id, unit, micro, place)
            order by e.place
            on conflict on constraint positions_pkey do update
            set earned_micro = p.earned_micro + excluded.earned_micro,
                plan_at = case when p.debt_micro > 0 then least(p.plan_at, excluded.plan_at)
                    else coalesce(p.plan_at, excluded.plan_at) end,
                changed_at = $5
            """
        return [
            PostgresStatement(
                sql,
                [
                    .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
                    .textArray(rows.map(\.key.unit.rawValue)), .int8Array(rows.map(\.value)), .timestamptz(now),
                    .timestamptz(now.advanced(by: planDelay)),
                ])
        ]
    }

    /// Has the planner look at a card's position with a program again, because its link became usable.
    ///
    /// `accountChanged` also lifts the block that a refusal left: it was the old account's, and what was refused then
    /// waits for nobody any more.
    package func planAgain(
        cardID: String, programID: String, accountChanged: Bool, at now: PostgresTimestamp
    ) -> [PostgresStatement] {
        let sql = """
            update positions
            set plan_at = least(coalesce(plan_at, $3), $3),
                blocked_reason = case when $4 or blocked_by is null then null else blocked_reason end,
                blocked_by = case when $4 then null else blocked_by end,
                changed_at = $3
            where card_id = $1 and program_id = $2
            """
        let plan = PostgresStatement(
            sql, [.text(cardID), .text(programID), .timestamptz(now), .bool(accountChanged)])
        // Positions before issuances: the order of locks is the same everywhere.
        return accountChanged
            ? [plan, IssuanceStore.resolveParked(cardID: cardID, programID: programID, at: now)] : [plan]
    }

    /// Has the planner look at every position that waits for a program: it was resumed, listed again, or its limits
    /// changed.
    ///
    /// Without `includingUnblocked` only those are looked at that the planner could not plan (a short index); with it,
    /// all of the program that have something pending, as a lowered minimum needs (reads every position). Blocks that
    /// refusals left stay.
    package static func planProgram(
        _ programID: String, includingUnblocked: Bool = false, at now: PostgresTimestamp
    ) -> [PostgresStatement] {
        let pending = """
            earned_micro + written_off_micro
                > clawed_back_micro + issued_micro + in_flight_micro + unknown_micro
            """
        let which = includingUnblocked ? pending : "blocked_reason is not null"
        let sql = """
            update positions set plan_at = least(coalesce(plan_at, $2), $2), changed_at = $2
            where (card_id, program_id, unit) in (
                select card_id, program_id, unit from positions
                where program_id = $1 and blocked_by is null and \(which)
                order by card_id collate "C", program_id collate "C", unit collate "C"
                for update)
            """
        return [PostgresStatement(sql, [.text(programID), .timestamptz(now)])]
    }
}

extension PositionStore {
    /// Writes what paying into the wallet, or taking back from it, made of positions that are locked.
    ///
    /// What did not change keeps its time of change: a debt that is looked at again grows no younger.
    static func settle(_ rows: [PayWallet.Settled], at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            update positions p
            set issued_micro = p.issued_micro + d.issued, blocked_reason = d.blocked_reason, plan_at = d.plan_at,
                changed_at = case when d.issued <> 0 or p.blocked_reason is distinct from d.blocked_reason
                    then $7 else p.changed_at end
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::timestamptz[])
                as d (card_id, program_id, unit, issued, blocked_reason, plan_at)
            where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
            """
        return PostgresStatement(
            sql,
            [
                .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
                .textArray(rows.map(\.key.unit.rawValue)), .int8Array(rows.map(\.issuedMicro)),
                .textArrayNullable(rows.map(\.blockedReason)), .timestamptzArrayNullable(rows.map(\.planAt)),
                .timestamptz(now),
            ])
    }
}
