import PostgreSQL

/// Recomputes from the rows what must hold of them, in SQL that shares nothing with the splitter.
enum Books {
    /// What is broken, one line a row; empty when the books are sound.
    static func faults(in pool: PostgresPool) async throws -> [String] {
        var faults: [String] = []
        for (name, sql) in checks {
            for row in try await pool.query(sql) { faults.append("\(name): \(try row.value(as: String.self))") }
        }
        return faults
    }

    /// What of a spend the running total counts: all but its fixed parts, which only the decision's bytes tell.
    private static let counted = """
        (s.amount_minor - coalesce((
            select sum(part::int8) from jsonb_array_elements_text(
                convert_from(s.decision, 'UTF8')::jsonb #> '{certificate,fixed}') part), 0))
        """

    /// What was decided of a card, in its order: spends, and releases of what they held.
    private static let decided = """
        select card_id, spend_id, spend_number, amount_minor, weights, running_before, decision from spends
        union all
        select card_id, spend_id, release_number, amount_minor, weights, running_before, decision from releases
         where decision is not null
        """

    private static let checks = [
        (
            "I-1: legs, excluded and held do not sum to the amount",
            """
            select s.spend_id from spends s
             where s.amount_minor <> s.excluded_minor + s.held_minor + coalesce((
                   select sum(l.amount_minor) from legs l
                    where (l.card_id, l.spend_id, l.of_release) = (s.card_id, s.spend_id, false)), 0)
            """
        ),
        (
            "I-1: legs and excluded of a release do not sum to what was held",
            """
            select r.spend_id from releases r join spends s using (card_id, spend_id)
             where r.amount_minor <> s.held_minor or r.amount_minor <> r.excluded_minor + coalesce((
                   select sum(l.amount_minor) from legs l
                    where (l.card_id, l.spend_id, l.of_release) = (r.card_id, r.spend_id, true)), 0)
            """
        ),
        (
            "I-5: what is held is not listed once, or still listed though it was released",
            """
            select s.spend_id from spends s
             where s.held_minor > 0 and (select count(*) from held_spends h where h.spend_id = s.spend_id)
                   + (select count(*) from releases r where r.spend_id = s.spend_id) <> 1
            """
        ),
        (
            "I-2: a position is not the sum of its legs",
            """
            select coalesce(l.card_id, p.card_id) || ' ' || coalesce(l.program_id, p.program_id)
              from (select card_id, program_id, unit, sum(earned_micro) as micro from legs
                     where status = 'earned' group by 1, 2, 3 having sum(earned_micro) > 0) l
              full join positions p using (card_id, program_id, unit)
             where l.micro is distinct from p.earned_micro
            """
        ),
        (
            "I-3: the spends of a vector do not follow each other without gap",
            """
            select card_id || ' ' || weights from (
                select card_id, weights, running_before, coalesce(sum(\(counted)) over (
                    partition by card_id, weights order by spend_number
                    rows between unbounded preceding and 1 preceding), 0) as expected
                  from (\(decided)) s where weights <> '') s
             where running_before <> expected
            """
        ),
        (
            "I-3: a running total is not the sum of its spends",
            """
            select coalesce(r.card_id, s.card_id)
              from running_totals r
              full join (select card_id, weights, sum(\(counted)) as total from (\(decided)) s where weights <> ''
                          group by 1, 2) s using (card_id, weights)
             where r.total_minor is distinct from s.total
            """
        ),
        (
            "a leg has no spend",
            "select spend_id from legs l where not exists (select from spends s where s.spend_id = l.spend_id)"
        ),
    ]

    /// Where a program is a minor unit or more away from its exact share of what its card spent under a vector (I-3),
    /// computed with numerics from the weights' text.
    static func unfairShares(in pool: PostgresPool) async throws -> [String] {
        let rows = try await pool.query(
            """
            with parts as (
                select distinct weights, split_part(item, ':', 1) as program_id, split_part(item, ':', 2)::numeric as
                    parts
                  from running_totals, unnest(string_to_array(weights, ',')) item),
            sums as (select weights, sum(parts) as whole from parts group by 1),
            shares as (
                select s.card_id, s.weights, l.program_id, sum(l.amount_minor) as share
                  from spends s join legs l using (card_id, spend_id) group by 1, 2, 3)
            select r.card_id || ' ' || p.program_id
              from running_totals r
              join parts p using (weights)
              join sums using (weights)
              left join shares s using (card_id, weights, program_id)
             where abs(coalesce(s.share, 0) - r.total_minor * p.parts / sums.whole) >= 1
            """)
        return try rows.map { try $0.value() }
    }
}
