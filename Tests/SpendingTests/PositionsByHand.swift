import Cards
import PostgreSQL
import Rewards

/// What the room that owns positions does, in its plainest form.
struct PositionsByHand: PositionSink {
    func change(_ changes: [PositionChange], at now: PostgresTimestamp) -> [PostgresStatement] {
        var sums: [PositionKey: (earned: Int64, clawedBack: Int64)] = [:]
        for change in changes {
            switch change {
            case .earned(let key, let micro): sums[key, default: (0, 0)].earned += micro
            case .clawedBack(let key, let micro): sums[key, default: (0, 0)].clawedBack += micro
            }
        }
        if sums.isEmpty { return [] }
        let rows = sums.sorted { $0.key < $1.key }
        let keys: [PostgresValue] = [
            .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
            .textArray(rows.map(\.key.unit.rawValue)),
        ]
        return [
            PostgresStatement(
                """
                insert into positions (card_id, program_id, unit, plan_at)
                select *, now() from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing
                """, keys),
            PostgresStatement(
                """
                update positions p
                   set earned_micro = p.earned_micro + c.earned, clawed_back_micro = p.clawed_back_micro + c.clawed_back
                  from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[])
                       c (card_id, program_id, unit, earned, clawed_back)
                 where (p.card_id, p.program_id, p.unit) = (c.card_id, c.program_id, c.unit)
                """, keys + [.int8Array(rows.map(\.value.earned)), .int8Array(rows.map(\.value.clawedBack))]),
        ]
    }
}
