import PostgreSQL
import Rewards

/// The SQL of `refund_movements` and `clawbacks`, which are only ever added to.
enum RefundMovementStore {
    /// Adds a movement with its clawbacks.
    static func insert(
        _ movement: RefundBooking.Movement, cardID: String, recordedAt: PostgresTimestamp
    ) -> PostgresStatement {
        let legs = movement.takeback.legs
        return PostgresStatement(
            """
            with movement as (
                insert into refund_movements (
                    card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor, excluded_minor, held_minor,
                    recorded_at, released_minor)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $14)
                returning movement_number)
            insert into clawbacks (card_id, movement_number, program_id, unit, amount_minor, earned_micro, of_release)
            select $1, m.movement_number, u.*
              from movement m, unnest($10::text[], $11::text[], $12::int8[], $13::int8[], $15::bool[]) u
            """,
            [
                .text(cardID), .text(movement.refundID), .text(movement.spendID), .text(movement.cause.rawValue),
                .int8(movement.amountMinor), .int8(movement.refundedAfterMinor), .int8(movement.takeback.excludedMinor),
                .int8(movement.takeback.heldMinor), .timestamptz(recordedAt),
                .textArray(legs.map(\.programID)),
                .textArray(legs.map { ($0.earning?.unit ?? .points).rawValue }),
                .int8Array(legs.map(\.amountMinor)), .int8Array(legs.map(\.micro)),
                .int8(movement.takeback.releasedMinor), .boolArray(legs.map(\.isOfRelease)),
            ])
    }

    /// Reads how much of each refund each spend bears now.
    static func parts(_ refunds: [(cardID: String, refundID: String)]) -> PostgresStatement {
        PostgresStatement(
            """
            select u.refund_id, p.* from unnest($1::text[], $2::text[]) u (card_id, refund_id), lateral (
                   select m.spend_id, sum(m.amount_minor)::int8,
                          sum(m.excluded_minor + m.released_minor - coalesce((
                              select sum(c.amount_minor) from clawbacks c
                               where c.card_id = m.card_id and c.movement_number = m.movement_number
                                 and c.of_release), 0))::int8, sum(m.held_minor)::int8
                     from refund_movements m where m.card_id = u.card_id and m.refund_id = u.refund_id
                    group by m.spend_id having sum(m.amount_minor) <> 0 order by min(m.movement_number) offset 0) p
            """, keys(refunds))
    }

    /// Reads what each refund has taken from each leg in all.
    static func clawbacks(_ refunds: [(cardID: String, refundID: String)]) -> PostgresStatement {
        PostgresStatement(
            """
            select u.refund_id, p.* from unnest($1::text[], $2::text[]) u (card_id, refund_id), lateral (
                   select m.spend_id, c.program_id,
                          coalesce(max(c.unit) filter (where c.earned_micro <> 0), max(c.unit)),
                          sum(c.amount_minor)::int8, sum(c.earned_micro)::int8
                     from refund_movements m
                     join clawbacks c on c.card_id = m.card_id and c.movement_number = m.movement_number
                    where m.card_id = u.card_id and m.refund_id = u.refund_id
                    group by m.spend_id, c.program_id, c.of_release
                   having sum(c.amount_minor) <> 0 or sum(c.earned_micro) <> 0
                    order by min(m.movement_number), c.program_id, c.of_release offset 0) p
            """, keys(refunds))
    }

    /// Puts the results of `parts` and `clawbacks` into the refunds.
    static func complete(
        _ refunds: inout [RecordedRefund], parts: PostgresResult, clawbacks: PostgresResult
    ) throws {
        var places: [ExactText: Int] = [:]
        for (index, refund) in refunds.enumerated() { places[ExactText(refund.refundID)] = index }
        for row in parts {
            guard let place = places[ExactText(try row.get(0))] else { continue }
            refunds[place].parts.append(
                RecordedRefund.Part(
                    spendID: try row.get(1), amountMinor: try row.get(2), excludedMinor: try row.get(3),
                    heldMinor: try row.get(4)))
        }
        for row in clawbacks {
            guard let place = places[ExactText(try row.get(0))] else { continue }
            let spendID: String = try row.get(1)
            // A spend that no longer bears the refund has got back what it gave, up to how units fall between refunds.
            guard refunds[place].parts.contains(where: { ExactText($0.spendID) == ExactText(spendID) }) else {
                continue
            }
            refunds[place].clawbacks.append(
                RecordedRefund.Clawback(
                    spendID: spendID, programID: try row.get(2),
                    unit: RewardUnit(rawValue: try row.get(3)) ?? .points, amountMinor: try row.get(4),
                    micro: try row.get(5)))
        }
    }

    /// Reads the refunds of spends that were not undone, in the order in which they came, with how much of each spend they took.
    static func standing(_ spends: [(cardID: String, spendID: String)]) -> PostgresStatement {
        PostgresStatement(
            """
            select u.spend_id, p.* from unnest($1::text[], $2::text[]) u (card_id, spend_id), lateral (
                   select m.refund_id, sum(m.amount_minor)::int8
                     from refund_movements m where m.card_id = u.card_id and m.spend_id = u.spend_id
                    group by m.refund_id having sum(m.amount_minor) <> 0 order by min(m.movement_number) offset 0) p
            """, [.textArray(spends.map(\.cardID)), .textArray(spends.map(\.spendID))])
    }

    /// Reads the result of `standing`, by spend.
    static func standing(_ result: PostgresResult) throws -> [ExactText: [(refundID: String, amountMinor: Int64)]] {
        var refunds: [ExactText: [(refundID: String, amountMinor: Int64)]] = [:]
        for row in result {
            refunds[ExactText(try row.get(0)), default: []].append((try row.get(1), try row.get(2)))
        }
        return refunds
    }

    private static func keys(_ refunds: [(cardID: String, refundID: String)]) -> [PostgresValue] {
        [.textArray(refunds.map(\.cardID)), .textArray(refunds.map(\.refundID))]
    }
}
