import PostgreSQL
import Rewards

/// The SQL of replays: decisions as they are stored, and what refunds took from them.
enum ReplayStore {
    /// A stored decision about a spend, or about what one held, with the movements of its refunds.
    struct Row: Sendable {
        let isRelease: Bool
        let spendNumber: Int64
        let cardID: String
        let spendID: String
        let decision: [UInt8]
        let movements: [Movement]
        /// Legs that were parked when it was decided and have earned since; their refunds are not made again.
        let settledLate: Set<String>
    }

    /// What one movement took.
    struct Movement: Sendable {
        let number: Int64
        let refundedBefore: Int64
        let refundedAfter: Int64
        let excludedMinor: Int64
        let heldMinor: Int64
        var clawbacks: [String: Clawback] = [:]
    }

    /// What a movement took from a leg.
    struct Clawback: Sendable, Hashable {
        let amountMinor: Int64
        let earnedMicro: Int64
    }

    /// It locks no row, so the server lets it be silent for longer than other transactions.
    static let prepareReading = """
        set transaction read only; set local cursor_tuple_fraction = 1; set local jit = off;
        set local idle_in_transaction_session_timeout = '1h'
        """

    /// Opens a cursor, so that plugins can be looked up between two fetches.
    static func open(_ range: ReplayRange) -> PostgresStatement {
        let (condition, parameters): (String, [PostgresValue]) =
            switch range {
            case .numbers(nil, nil): ("true", [])
            case .numbers(let from, let to):
                ("s.spend_number between $1 and $2", [.int8(from ?? .min), .int8(to ?? .max)])
            case .card(let cardID): ("s.card_id = $1", [.text(cardID)])
            case .spend(let spendID): ("s.spend_id = $1", [.text(spendID)])
            }
        return PostgresStatement(
            """
            declare replay no scroll cursor for
            select s.spend_number, s.card_id, s.spend_id, s.decision, m.numbers, m.amounts, m.afters, m.excluded, \
            m.held,
                k.numbers as clawback_numbers, k.programs as clawback_programs, k.amounts as clawback_amounts,
                k.earned as clawback_earned, m.settled, false as is_release
              from spends s
              left join lateral (
                   select array_agg(movement_number) as numbers, array_agg(amount_minor) as amounts,
                       array_agg(refunded_after_minor) as afters, array_agg(excluded_minor) as excluded,
                       array_agg(held_minor + released_minor) as held,
                       \(settledLate("not l.of_release")) as settled
                     from refund_movements x where x.card_id = s.card_id and x.spend_id = s.spend_id
                   having count(*) > 0) m on true
              left join lateral \(clawbacks("not y.of_release")) k on m.numbers is not null
             where \(condition)
            union all
            select s.spend_number, s.card_id, s.spend_id, r.decision, m.numbers, m.amounts, m.afters, m.excluded, \
            m.held,
                k.numbers, k.programs, k.amounts, k.earned, m.settled, true
              from releases r
              join spends s on s.card_id = r.card_id and s.spend_id = r.spend_id
              left join lateral (
                   select array_agg(movement_number) as numbers, array_agg(released_minor) as amounts,
                       array_agg(refunded) as afters, array_agg(released_minor - taken) as excluded,
                       array_agg(0::int8) as held, \(settledLate("l.of_release")) as settled
                     from (select x.movement_number, x.released_minor,
                                  (sum(x.released_minor) over (order by x.movement_number))::int8 as refunded,
                                  coalesce((select sum(y.amount_minor) from clawbacks y
                                             where y.card_id = x.card_id and y.movement_number = x.movement_number
                                               and y.of_release), 0)::int8 as taken
                             from refund_movements x
                            where x.card_id = s.card_id and x.spend_id = s.spend_id
                              and x.released_minor <> 0) x
                   having count(*) > 0) m on true
              left join lateral \(clawbacks("y.of_release")) k on m.numbers is not null
             where r.decision is not null and \(condition)
            """, parameters)
    }

    private static func settledLate(_ condition: String) -> String {
        """
        array(select l.program_id from legs l
               where l.card_id = s.card_id and l.spend_id = s.spend_id and l.settled_with is not null
                 and \(condition))
        """
    }

    private static func clawbacks(_ condition: String) -> String {
        """
        (select array_agg(y.movement_number) as numbers, array_agg(y.program_id) as programs,
                array_agg(y.amount_minor) as amounts, array_agg(y.earned_micro) as earned
           from clawbacks y
          where y.card_id = s.card_id and y.movement_number = any(m.numbers) and \(condition))
        """
    }

    /// Reads on.
    static let fetch = Query("fetch 2048 from replay", read: row)

    /// How many spends there may be, by what the planner believes.
    static let estimate = Query(
        "select reltuples::bigint as estimated from pg_class where oid = to_regclass('spends')"
    ) { row in try row.get("estimated", as: Int64.self) }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            isRelease: try row.get("is_release"), spendNumber: try row.get("spend_number"),
            cardID: try row.get("card_id"), spendID: try row.get("spend_id"), decision: try row.get("decision"),
            movements: try movements(row), settledLate: Set(try row.get("settled", as: [String]?.self) ?? []))
    }

    private static func movements(_ row: PostgresRow) throws -> [Movement] {
        guard let numbers = try row.get("numbers", as: [Int64]?.self) else { return [] }
        let amounts = try row.get("amounts", as: [Int64].self)
        let afters = try row.get("afters", as: [Int64].self)
        let excluded = try row.get("excluded", as: [Int64].self)
        let held = try row.get("held", as: [Int64].self)
        var movements = numbers.indices.map { index in
            Movement(
                number: numbers[index],
                refundedBefore: afters[index].subtractingReportingOverflow(amounts[index]).partialValue,
                refundedAfter: afters[index], excludedMinor: excluded[index], heldMinor: held[index])
        }.sorted { $0.number < $1.number }
        guard let owners = try row.get("clawback_numbers", as: [Int64]?.self) else { return movements }
        let programs = try row.get("clawback_programs", as: [String].self)
        let taken = try row.get("clawback_amounts", as: [Int64].self)
        let earned = try row.get("clawback_earned", as: [Int64].self)
        for (index, owner) in owners.enumerated() {
            guard let place = movements.firstIndex(where: { $0.number == owner }) else { continue }
            movements[place].clawbacks[programs[index]] = Clawback(
                amountMinor: taken[index], earnedMicro: earned[index])
        }
        return movements
    }
}
