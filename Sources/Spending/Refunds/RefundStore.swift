import Cards
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

    /// A refund in the order in which refunds were recorded.
    struct Place: Sendable {
        let number: Int64
        let refundID: String
        let cardID: String
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
               r.candidates::text as candidates, r.recorded_at, r.settled_at, r.request_hash
          from refunds r
        """

    /// Reads one refund, on whichever card.
    static func read(_ refundID: String) -> Query<Standing> {
        Query("\(select) where r.refund_id = $1", [.text(refundID)], read: standing)
    }

    /// Reads a card's refunds, newest first, those before a number; of one status when it is given.
    static func list(
        cardID: String, status: RecordedRefund.Status?, before number: Int64, limit: Int
    ) -> Query<Standing> {
        Query(
            """
            \(select) where r.card_id = $1 and r.refund_number < $2 and ($3::text is null or r.status = $3)
             order by r.refund_number desc limit $4
            """, [.text(cardID), .int8(number), .textOrNull(status?.rawValue), .int(limit)], read: standing)
    }

    /// Reads every card's refunds that wait for a spend or for an operator, newest first, those before a number.
    static func listAttention(isHeld: Bool, before number: Int64, limit: Int) -> Query<Standing> {
        // The status is part of the text: the partial index cannot serve a parameter.
        Query(
            """
            \(select) where r.status = '\(isHeld ? "held" : "waiting")' and r.refund_number < $1
             order by r.refund_number desc limit $2
            """, [.int8(number), .int(limit)], read: standing)
    }

    private static func standing(_ row: PostgresRow) throws -> Standing {
        let amount = Money(
            currency: try CurrencyCode(try row.get("currency_code", as: String.self)),
            minorUnits: try row.get("amount_minor"))
        let refund = RecordedRefund(
            refundID: try row.get("refund_id"), cardID: try row.get("card_id"), spendID: try row.get("spend_id"),
            amount: amount, merchantCategoryCode: try row.get("merchant_category_code"),
            merchantName: try row.get("merchant_name"), authorizationID: try row.get("authorization_id"),
            occurredAt: try row.get("occurred_at"), status: try row.get("status", of: "refunds"),
            reason: try row.get("reason"), rule: try row.get("rule"), candidatesJSON: try row.get("candidates"),
            recordedAt: try row.get("recorded_at"), settledAt: try row.get("settled_at"))
        return Standing(number: try row.get("refund_number"), refund: refund, hash: try row.get("request_hash"))
    }

    /// Which card a refund or a spend is of, nil when neither is there; a card never changes.
    static func findCard(refundID: String, spendID: String?) -> Query<String?> {
        Query(
            """
            select coalesce((select card_id from refunds where refund_id = $1),
                            (select card_id from spends where spend_id = $2)) as card_id
            """, [.text(refundID), .textOrNull(spendID)]
        ) { row in try row.get("card_id") }
    }

    /// Inserts a refund; no row when the id was taken meanwhile by another card.
    static func insert(
        _ refund: ValidatedRefund, of card: LockedCard, _ fate: Fate, recordedAt: PostgresTimestamp
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
                .text(card.id), .text(refund.refundID), .textOrNull(refund.spendID), .int8(refund.amount.minorUnits),
                .text(refund.amount.currency.text), .text(refund.merchantCategoryCode), .text(refund.merchantName),
                .textOrNull(refund.authorizationID), .timestamptz(refund.occurredAt), .text(fate.status.rawValue),
                .textOrNull(fate.reason), .textOrNull(fate.rule), .json(fate.candidatesJSON), .bytea(refund.hash),
                .timestamptz(recordedAt), .timestamptzOrNull(fate.settledAt),
            ])
    }

    /// Moves a refund on. A rule that is nil leaves the one before, and so do candidates that are none.
    static func update(refundID: String, of card: LockedCard, _ fate: Fate) -> PostgresStatement {
        PostgresStatement(
            """
            update refunds set status = $3, reason = $4, rule = coalesce($5, rule), settled_at = coalesce($6, \
            settled_at),
                   candidates = case when $7::jsonb = '[]' then candidates else $7::jsonb end
             where card_id = $1 and refund_id = $2
            """,
            [
                .text(card.id), .text(refundID), .text(fate.status.rawValue), .textOrNull(fate.reason),
                .textOrNull(fate.rule), .timestamptzOrNull(fate.settledAt), .json(fate.candidatesJSON),
            ])
    }

    /// How many refunds wait for a spend, how many are held, and how many of those until their authorisation clears.
    static let countOpen = Query(
        """
        select w.waiting, w.oldest_waiting, h.held, h.oldest_held, h.uncleared
          from (select count(*) as waiting, min(recorded_at) as oldest_waiting
                  from refunds where status = 'waiting') w,
               (select count(*) as held, min(recorded_at) as oldest_held,
                       count(*) filter (where reason = $1) as uncleared
                  from refunds where status = 'held') h
        """, [.text(RefundAttribution.HoldReason.linkNotCleared.rawValue)]
    ) { row in
        OpenRefunds.Counts(
            waiting: try row.get("waiting"), held: try row.get("held"), uncleared: try row.get("uncleared"),
            oldestWaitingAt: try row.get("oldest_waiting"), oldestHeldAt: try row.get("oldest_held"))
    }

    /// Finds refunds that name a spend or an authorisation and are held for lack of a plugin, oldest first, after a
    /// number.
    static func lackingPlugin(after number: Int64, limit: Int) -> Query<Place> {
        Query(
            """
            select r.refund_number, r.refund_id, r.card_id from refunds r
             where r.status = 'held' and r.reason = $1 and r.refund_number > $2
               and (r.spend_id is not null or r.authorization_id is not null)
             order by r.refund_number limit $3
            """, [.text(SpendingError.Reason.pluginUnavailable.rawValue), .int8(number), .int(limit)], read: place)
    }

    /// Finds what has come to be ready, oldest first, after a number: waiting refunds whose spend is here, and refunds
    /// that are held until enough of the authorisation they name has cleared, and now it has.
    ///
    /// - Parameter linkReasons: For which reasons the latter are held; none leaves them out.
    /// **Cost** A look-up of the spend, or of the authorisation's clearings, for each open refund.
    static func ready(
        after number: Int64, limit: Int, linkReasons: [RefundAttribution.HoldReason]
    ) -> Query<Place> {
        Query(
            """
            select refund_number, refund_id, card_id from (
                (select r.refund_number, r.refund_id, r.card_id from refunds r
                  where r.status = 'waiting' and r.refund_number > $1
                    and exists (select from spends s where s.spend_id = r.spend_id)
                  order by r.refund_number limit $2)
                union all
                (select r.refund_number, r.refund_id, r.card_id from refunds r
                  where r.status = 'held' and r.reason = any($3::text[]) and r.spend_id is null and r.refund_number > $1
                    and r.amount_minor <= (
                        select coalesce(sum(s.amount_minor - coalesce((
                                   select m.refunded_after_minor from refund_movements m
                                    where m.card_id = s.card_id and m.spend_id = s.spend_id
                                    order by m.movement_number desc limit 1), 0)), 0)
                          from spends s where s.card_id = r.card_id and s.authorization_id = r.authorization_id)
                  order by r.refund_number limit $2)) r
             order by refund_number limit $2
            """, [.int8(number), .int(limit), .textArray(linkReasons.map(\.rawValue))], read: place)
    }

    private static func place(_ row: PostgresRow) throws -> Place {
        try Place(number: row.get("refund_number"), refundID: row.get("refund_id"), cardID: row.get("card_id"))
    }
}
