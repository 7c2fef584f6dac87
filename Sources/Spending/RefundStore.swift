import PostgreSQL
import Rewards

/// The SQL of `refunds`.
enum RefundStore {
    /// A refund as it is now, with the hash of the request that made it.
    struct Standing: Sendable {
        let number: Int64
        let refund: RecordedRefund
        let hash: [UInt8]
    }

    /// Where a refund goes.
    struct Fate: Sendable {
        var status: RecordedRefund.Status
        var reason: String?
        var rule: String?
        var candidatesJSON = "[]"
        var settledAt: PostgresTimestamp?
    }

    /// The rule of a refund whose spend the platform named.
    static let named = "NAMED"
    /// The rule of a refund that an operator has attributed.
    static let byOperator = "OPERATOR"

    private static let select = """
        select r.refund_number, r.refund_id, r.card_id, r.spend_id, r.amount_minor, r.currency_code,
               r.merchant_category_code, r.merchant_name, r.authorization_id, r.occurred_at, r.status, r.reason, r.rule,
               r.candidates::text, r.recorded_at, r.settled_at, r.request_hash
          from refunds r
        """

    /// Reads one refund, on whichever card.
    static func read(_ refundID: String) -> PostgresStatement {
        PostgresStatement("\(select) where r.refund_id = $1", [.text(refundID)])
    }

    /// Reads a card's refunds, newest first, those before a number; of one status when it is given.
    static func list(
        cardID: String, status: RecordedRefund.Status?, before number: Int64, limit: Int
    ) -> PostgresStatement {
        PostgresStatement(
            """
            \(select) where r.card_id = $1 and r.refund_number < $2 and ($3::text is null or r.status = $3)
             order by r.refund_number desc limit $4
            """, [.text(cardID), .int8(number), .textOrNull(status?.rawValue), .int(limit)])
    }

    /// Reads every card's refunds that wait for a spend or for an operator, newest first, those before a number.
    static func listAttention(isHeld: Bool, before number: Int64, limit: Int) -> PostgresStatement {
        // The status is part of the text: the partial index cannot serve a parameter.
        PostgresStatement(
            """
            \(select) where r.status = '\(isHeld ? "held" : "waiting")' and r.refund_number < $1
             order by r.refund_number desc limit $2
            """, [.int8(number), .int(limit)])
    }

    /// Reads a row of `read` or of a list.
    static func standing(_ row: PostgresRow) throws -> Standing {
        let amount = Money(currency: try CurrencyCode(try row.get(5, as: String.self)), minorUnits: try row.get(4))
        let refund = RecordedRefund(
            refundID: try row.get(1), cardID: try row.get(2), spendID: try row.get(3), amount: amount,
            merchantCategoryCode: try row.get(6), merchantName: try row.get(7), authorizationID: try row.get(8),
            occurredAt: try row.get(9), status: RecordedRefund.Status(rawValue: try row.get(10)) ?? .held,
            reason: try row.get(11), rule: try row.get(12), candidatesJSON: try row.get(13),
            recordedAt: try row.get(14), settledAt: try row.get(15))
        return Standing(number: try row.get(0), refund: refund, hash: try row.get(16))
    }

    /// Which card a refund or a spend is of; neither ever changes.
    static func findCard(refundID: String, spendID: String?) -> PostgresStatement {
        PostgresStatement(
            """
            select coalesce((select card_id from refunds where refund_id = $1),
                            (select card_id from spends where spend_id = $2))
            """, [.text(refundID), .textOrNull(spendID)])
    }

    /// Inserts a refund; no row when the id was taken meanwhile by another card.
    static func insert(
        _ refund: ValidatedRefund, cardID: String, _ fate: Fate, recordedAt: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into refunds (
                card_id, refund_id, spend_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                authorization_id, occurred_at, status, reason, rule, candidates, request_hash, recorded_at, settled_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            on conflict do nothing
            """,
            [
                .text(cardID), .text(refund.refundID), .textOrNull(refund.spendID), .int8(refund.amount.minorUnits),
                .text(refund.amount.currency.text), .text(refund.merchantCategoryCode), .text(refund.merchantName),
                .textOrNull(refund.authorizationID), .timestamptz(refund.occurredAt), .text(fate.status.rawValue),
                .textOrNull(fate.reason), .textOrNull(fate.rule), .json(fate.candidatesJSON), .bytea(refund.hash),
                .timestamptz(recordedAt), .timestamptzOrNull(fate.settledAt),
            ])
    }

    /// Moves a refund on; the card is locked. A rule that is nil leaves the one before, and so do candidates that are none.
    static func update(cardID: String, refundID: String, _ fate: Fate) -> PostgresStatement {
        PostgresStatement(
            """
            update refunds set status = $3, reason = $4, rule = coalesce($5, rule), settled_at = coalesce($6, settled_at),
                   candidates = case when $7::jsonb = '[]' then candidates else $7::jsonb end
             where card_id = $1 and refund_id = $2
            """,
            [
                .text(cardID), .text(refundID), .text(fate.status.rawValue), .textOrNull(fate.reason),
                .textOrNull(fate.rule), .timestamptzOrNull(fate.settledAt), .json(fate.candidatesJSON),
            ])
    }

    /// How many refunds wait for a spend, how many are held, and how many of those until their authorisation clears.
    static let countOpen = PostgresStatement(
        """
        select (select count(*) from refunds where status = 'waiting'), h.held, h.uncleared
          from (select count(*) as held, count(*) filter (where reason = $1) as uncleared
                  from refunds where status = 'held') h
        """, [.text(RefundAttribution.HoldReason.linkNotCleared.rawValue)])

    /// Finds refunds that name a spend or an authorisation and are held for lack of a plugin, oldest first, after a number.
    static func lackingPlugin(after number: Int64, limit: Int) -> PostgresStatement {
        PostgresStatement(
            """
            select r.refund_number, r.card_id, r.refund_id from refunds r
             where r.status = 'held' and r.reason = $1 and r.refund_number > $2
               and (r.spend_id is not null or r.authorization_id is not null)
             order by r.refund_number limit $3
            """, [.text(SpendingError.Reason.pluginUnavailable.rawValue), .int8(number), .int(limit)])
    }

    /// Finds what has come to be ready, oldest first, after a number: waiting refunds whose spend is here, and refunds that
    /// are held until enough of the authorisation they name has cleared, and now it has.
    ///
    /// - Parameter linkReasons: For which reasons the latter are held; none leaves them out.
    /// **Cost** A look-up of the spend, or of the authorisation's clearings, for each open refund.
    static func ready(
        after number: Int64, limit: Int, linkReasons: [RefundAttribution.HoldReason]
    ) -> PostgresStatement {
        PostgresStatement(
            """
            select refund_number, card_id, refund_id from (
                (select r.refund_number, r.card_id, r.refund_id from refunds r
                  where r.status = 'waiting' and r.refund_number > $1
                    and exists (select from spends s where s.spend_id = r.spend_id)
                  order by r.refund_number limit $2)
                union all
                (select r.refund_number, r.card_id, r.refund_id from refunds r
                  where r.status = 'held' and r.reason = any($3::text[]) and r.spend_id is null and r.refund_number > $1
                    and r.amount_minor <= (
                        select coalesce(sum(s.amount_minor - coalesce((
                                   select m.refunded_after_minor from refund_movements m
                                    where m.card_id = s.card_id and m.spend_id = s.spend_id
                                    order by m.movement_number desc limit 1), 0)), 0)
                          from spends s where s.card_id = r.card_id and s.authorization_id = r.authorization_id)
                  order by r.refund_number limit $2)) r
             order by refund_number limit $2
            """, [.int8(number), .int(limit), .textArray(linkReasons.map(\.rawValue))])
    }
}
