import PostgreSQL
import Rewards

extension Books {
    /// What a spend without links held was decided under the first version; a refund of 120 took from the release
    /// since, as one of 100 had before. Another one's has expired.
    static func release(_ card: String, _ shares: [(String, Int)], before: Int64) throws -> [PostgresStatement] {
        let whole = try part(card, shares, before: before, 500)
        var statements = [
            PostgresStatement(
                """
                insert into releases (card_id, spend_id, release_number, outcome, cause, amount_minor, \
                preference_version,
                    weights, running_before, excluded_minor, decision, recorded_at)
                values ($1, $1 || '_held', nextval(pg_get_serial_sequence('spends', 'spend_number')), 'released', \
                'link',
                        500, 1, $2, $3, $4, $5, now())
                """,
                [
                    .text(card), .text(whole.certificate.weights.canonicalText), .int8(before),
                    .int8(whole.excludedMinor), .bytea(whole.canonicalBytes()),
                ])
        ]
        statements += whole.legs.map { leg in
            PostgresStatement(
                "insert into legs values ($1, $1 || '_held', $2, $3, $4, $5, $6, $7, 1, null, true)",
                [
                    .text(card), .text(leg.programID), .int8(leg.amountMinor), .text(unit(leg)),
                    .int8(leg.earnedMicro), .text(leg.status == .parked ? "parked" : "earned"),
                    .textOrNull(leg.faultReason),
                ])
        }
        statements += refund(card, "held_r1", 100)
        statements.append(movement(card, "held_r1", "refund", amount: 100, after: 100, held: 100, released: 0))
        statements.append(movement(card, "held_r1", "release", amount: 0, after: 100, held: -100, released: 100))
        statements += clawbacks(card, whole, try part(card, shares, before: before, 400))
        statements += refund(card, "held_r2", 120)
        statements.append(movement(card, "held_r2", "refund", amount: 120, after: 220, held: 0, released: 120))
        statements += clawbacks(
            card, try part(card, shares, before: before, 400), try part(card, shares, before: before, 280))
        statements.append(
            PostgresStatement(
                """
                insert into releases (card_id, spend_id, release_number, outcome, cause, amount_minor, \
                preference_version,
                    weights, running_before, excluded_minor, decision, recorded_at)
                values ($1, $1 || '_stale', nextval(pg_get_serial_sequence('spends', 'spend_number')), 'expired',
                        'lifetime', 60, 1, '', 0, 60, null, now())
                """, [.text(card)]))
        return statements
    }

    /// The list of what is held, as the spends and refunds leave it.
    static let held = """
        insert into held_spends (card_id, spend_id, spend_number, preference_version, currency_code, held_minor, \
        held_since)
            select card_id, spend_id, spend_number, preference_version, currency_code, held_minor, recorded_at from
                spends s
            where held_minor > 0
                and not exists (select from releases r where r.card_id = s.card_id and r.spend_id = s.spend_id);
        """

    private static func part(
        _ card: String, _ shares: [(String, Int)], before: Int64, _ amount: Int64
    ) throws -> Decision {
        try decision(card, "\(card)_held", shares, version: 1, before: before, amount: amount, mcc: "5411")
    }

    private static func unit(_ leg: Leg) -> String { leg.earning?.unit == .value ? "value" : "points" }

    private static func refund(_ card: String, _ refundID: String, _ amount: Int64) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                insert into refunds (card_id, refund_id, spend_id, amount_minor, currency_code, merchant_category_code,
                    merchant_name, occurred_at, status, rule, request_hash, recorded_at, settled_at)
                values ($1, $1 || '_' || $2, $1 || '_held', $3, 'EUR', '5411', 'Shop', now(), 'applied', 'NAMED', \
                '\\x00',
                        now(), now())
                """, [.text(card), .text(refundID), .int8(amount)])
        ]
    }

    private static func movement(
        _ card: String, _ refundID: String, _ cause: String, amount: Int64, after: Int64, held: Int64, released: Int64
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into refund_movements (card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor,
                excluded_minor, held_minor, released_minor, recorded_at)
            values ($1, $1 || '_' || $2, $1 || '_held', $3, $4, $5, 0, $6, $7, now())
            """,
            [
                .text(card), .text(refundID), .text(cause), .int8(amount), .int8(after), .int8(held),
                .int8(released),
            ])
    }

    /// What the last movement of the card takes from the legs of the release.
    private static func clawbacks(_ card: String, _ more: Decision, _ less: Decision) -> [PostgresStatement] {
        more.legs.compactMap { leg in
            let other = less.legs.first { $0.programID == leg.programID }
            let taken = leg.amountMinor - (other?.amountMinor ?? 0)
            guard taken != 0 else { return nil }
            return PostgresStatement(
                """
                insert into clawbacks
                select $1, max(movement_number), $2, $3, $4, $5, true from refund_movements where card_id = $1
                """,
                [
                    .text(card), .text(leg.programID), .text(unit(leg)), .int8(taken),
                    .int8(leg.earnedMicro - (other?.earnedMicro ?? 0)),
                ])
        }
    }
}
