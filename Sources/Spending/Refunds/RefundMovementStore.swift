import Cards
import PostgreSQL
import Rewards

/// The SQL of `refund_movements` and `clawbacks`, which are only ever added to.
enum RefundMovementStore {
    /// Adds a movement with its clawbacks.
    static func insert(
        _ movement: RefundBooking.Movement, of card: LockedCard, recordedAt: PostgresTimestamp
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
                .text(card.id), .text(movement.refundID), .text(movement.spendID), .text(movement.cause.rawValue),
                .int8(movement.amountMinor), .int8(movement.refundedAfterMinor), .int8(movement.takeback.excludedMinor),
                .int8(movement.takeback.heldMinor), .timestamptz(recordedAt),
                .textArray(legs.map(\.programID)),
                .textArray(legs.map { ($0.earning?.unit ?? .points).rawValue }),
                .int8Array(legs.map(\.amountMinor)), .int8Array(legs.map(\.micro)),
                .int8(movement.takeback.releasedMinor), .boolArray(legs.map(\.isOfRelease)),
            ])
    }

    /// Reads how much of each refund each spend bears now.
    static func parts(
        _ refunds: [(cardID: String, refundID: String)]
    ) -> Query<(refundID: ExactText, part: RecordedRefund.Part)> {
        Query(
            """
            select u.refund_id, p.* from unnest($1::text[], $2::text[]) u (card_id, refund_id), lateral (
                   select m.spend_id, sum(m.amount_minor)::int8 as amount_minor,
                          sum(m.excluded_minor + m.released_minor - coalesce((
                              select sum(c.amount_minor) from clawbacks c
                               where c.card_id = m.card_id and c.movement_number = m.movement_number
                                 and c.of_release), 0))::int8 as excluded_minor, sum(m.held_minor)::int8 as held_minor
                     from refund_movements m where m.card_id = u.card_id and m.refund_id = u.refund_id
                    group by m.spend_id having sum(m.amount_minor) <> 0 order by min(m.movement_number) offset 0) p
            """, keys(refunds)
        ) { row in
            let id = ExactText(try row.get("refund_id"))
            let part = RecordedRefund.Part(
                spendID: try row.get("spend_id"), amountMinor: try row.get("amount_minor"),
                excludedMinor: try row.get("excluded_minor"), heldMinor: try row.get("held_minor"))
            return (id, part)
        }
    }

    /// Reads what each refund has taken from each leg in all.
    static func clawbacks(
        _ refunds: [(cardID: String, refundID: String)]
    ) -> Query<(refundID: ExactText, clawback: RecordedRefund.Clawback)> {
        Query(
            """
            select u.refund_id, p.* from unnest($1::text[], $2::text[]) u (card_id, refund_id), lateral (
                   select m.spend_id, c.program_id,
                          coalesce(max(c.unit) filter (where c.earned_micro <> 0), max(c.unit)) as unit,
                          sum(c.amount_minor)::int8 as amount_minor, sum(c.earned_micro)::int8 as earned_micro
                     from refund_movements m
                     join clawbacks c on c.card_id = m.card_id and c.movement_number = m.movement_number
                    where m.card_id = u.card_id and m.refund_id = u.refund_id
                    group by m.spend_id, c.program_id, c.of_release
                   having sum(c.amount_minor) <> 0 or sum(c.earned_micro) <> 0
                    order by min(m.movement_number), c.program_id, c.of_release offset 0) p
            """, keys(refunds)
        ) { row in
            let id = ExactText(try row.get("refund_id"))
            let clawback = RecordedRefund.Clawback(
                spendID: try row.get("spend_id"), programID: try row.get("program_id"),
                unit: try row.get("unit", of: "clawbacks"), amountMinor: try row.get("amount_minor"),
                micro: try row.get("earned_micro"))
            return (id, clawback)
        }
    }

    /// Puts the rows of `parts` and `clawbacks` into the refunds.
    static func complete(
        _ refunds: inout [RecordedRefund], parts: [(refundID: ExactText, part: RecordedRefund.Part)],
        clawbacks: [(refundID: ExactText, clawback: RecordedRefund.Clawback)]
    ) {
        var places: [ExactText: Int] = [:]
        for (index, refund) in refunds.enumerated() { places[ExactText(refund.refundID)] = index }
        for (refundID, part) in parts {
            guard let place = places[refundID] else { continue }
            refunds[place].parts.append(part)
        }
        for (refundID, clawback) in clawbacks {
            guard let place = places[refundID] else { continue }
            // A spend that no longer bears the refund has got back what it gave, up to how units fall between refunds.
            guard refunds[place].parts.contains(where: { ExactText($0.spendID) == ExactText(clawback.spendID) })
            else {
                continue
            }
            refunds[place].clawbacks.append(clawback)
        }
    }

    /// Reads the refunds of spends that were not undone, in the order in which they came, with how much of each spend
    /// they took.
    static func standing(
        _ spends: [(cardID: String, spendID: String)]
    ) -> Query<(spendID: ExactText, refundID: String, amountMinor: Int64)> {
        Query(
            """
            select u.spend_id, p.* from unnest($1::text[], $2::text[]) u (card_id, spend_id), lateral (
                   select m.refund_id, sum(m.amount_minor)::int8 as amount_minor
                     from refund_movements m where m.card_id = u.card_id and m.spend_id = u.spend_id
                    group by m.refund_id having sum(m.amount_minor) <> 0 order by min(m.movement_number) offset 0) p
            """, [.textArray(spends.map(\.cardID)), .textArray(spends.map(\.spendID))]
        ) { row in
            (ExactText(try row.get("spend_id")), try row.get("refund_id"), try row.get("amount_minor"))
        }
    }

    /// The rows of `standing`, by spend.
    static func bySpend(
        _ rows: [(spendID: ExactText, refundID: String, amountMinor: Int64)]
    ) -> [ExactText: [(refundID: String, amountMinor: Int64)]] {
        var refunds: [ExactText: [(refundID: String, amountMinor: Int64)]] = [:]
        for row in rows { refunds[row.spendID, default: []].append((row.refundID, row.amountMinor)) }
        return refunds
    }

    private static func keys(_ refunds: [(cardID: String, refundID: String)]) -> [PostgresValue] {
        [.textArray(refunds.map(\.cardID)), .textArray(refunds.map(\.refundID))]
    }
}
