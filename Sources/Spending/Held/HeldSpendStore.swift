import Cards
import PostgreSQL
import Rewards

/// The SQL of `held_spends`: the list of what waits for a link.
enum HeldSpendStore {
    /// What a card's release needs to know of one held spend.
    struct Waiting: Sendable {
        let spendNumber: Int64
        let spendID: String
        let decision: Decision
        /// Whether a version of the preference with links came after the one that the spend was decided under.
        let hasLaterLink: Bool
        let heldSince: PostgresTimestamp
    }

    /// Which of a card's held spends are taken.
    struct Choice: Sendable {
        /// Those that a later version with links decides.
        var isByLink: Bool
        /// All, as long as the version in force has links.
        var isByOperator: Bool
        /// Those held since then or before; nil for none.
        var expiredSince: PostgresTimestamp?
    }

    /// Lists new spends of which something is held; they were inserted by a statement before.
    static func insert(_ spends: [BatchWrites.Spend], under _: LockedCards) -> PostgresStatement? {
        let held = spends.filter { $0.decision.heldMinor > 0 }
        guard !held.isEmpty else { return nil }
        return PostgresStatement(
            """
            insert into held_spends (
                card_id, spend_id, spend_number, preference_version, currency_code, held_minor, held_since)
            select s.card_id, s.spend_id, s.spend_number, s.preference_version, s.currency_code, s.held_minor,
                   s.recorded_at
              from unnest($1::text[], $2::text[]) u (card_id, spend_id), lateral (
                   select * from spends where spends.card_id = u.card_id and spends.spend_id = u.spend_id offset 0) s
            """,
            [.textArray(held.map(\.decision.input.cardID)), .textArray(held.map(\.decision.input.spendID))])
    }

    /// The next cards after one with spends that hold money and are neither listed nor released: an instance from
    /// before there was a list recorded them.
    ///
    /// **Cost** An index scan over what ever held money.
    static func cardsOfUnlisted(after cardID: String, limit: Int) -> Query<String> {
        Query(
            "select distinct s.card_id from spends s where s.card_id > $1 and \(isUnlisted) order by s.card_id limit "
                + "$2",
            [.text(cardID), .int(limit)]
        ) { row in try row.get("card_id") }
    }

    /// Locks a card and lists its spends that hold money and are neither listed nor released.
    static func insertUnlisted(cardID: String) -> LockedStatement {
        CardLock(cardID).then(
            PostgresStatement(
                """
                insert into held_spends (
                    card_id, spend_id, spend_number, preference_version, currency_code, held_minor, held_since)
                select s.card_id, s.spend_id, s.spend_number, s.preference_version, s.currency_code,
                       s.held_minor - coalesce((
                           select sum(m.held_minor) from refund_movements m
                            where m.card_id = s.card_id and m.spend_id = s.spend_id), 0),
                       s.recorded_at
                  from spends s
                 where s.card_id = $1 and \(isUnlisted)
                """, [.text(cardID)]))
    }

    private static let isUnlisted = """
        s.held_minor > 0
               and not exists (select from held_spends h where h.card_id = s.card_id and h.spend_id = s.spend_id)
               and not exists (select from releases r where r.card_id = s.card_id and r.spend_id = s.spend_id)
        """

    /// Takes from what is held of a spend, or gives back for an amount below zero.
    static func take(_ heldMinor: Int64, of card: LockedCard, spendID: String) -> PostgresStatement {
        PostgresStatement(
            "update held_spends set held_minor = held_minor - $3 where card_id = $1 and spend_id = $2",
            [.text(card.id), .text(spendID), .int8(heldMinor)])
    }

    /// Ends the waiting of these spends.
    static func delete(of card: LockedCard, spendIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            "delete from held_spends where card_id = $1 and spend_id = any($2::text[])",
            [.text(card.id), .textArray(spendIDs)])
    }

    /// Reads a card's next held spends, oldest first, that may be decided or have expired; the card is locked.
    ///
    /// Of a spend whose stored bytes are no decision only the number is given.
    ///
    /// **Cost** An index scan from a number on; it passes over what is not chosen.
    static func next(
        cardID: String, after number: Int64, limit: Int, _ choice: Choice
    ) -> Query<(number: Int64, spend: Waiting?)> {
        Query(
            """
            select h.spend_number, h.spend_id, s.decision,
                   h.preference_version < v.version and v.weights <> '' as has_later_link, h.held_since
              from (select f.preference_version as version, coalesce(f.weights, '') as weights
                      from \(PreferenceInForceStore.rows(ofCards: "= $1")) f) v
              join held_spends h on h.card_id = $1 and h.spend_number > $2
              join spends s on s.card_id = h.card_id and s.spend_id = h.spend_id
             where $4 and v.weights <> '' and h.preference_version < v.version
                or $5 and v.weights <> '' or h.held_since <= $6
             order by h.spend_number limit $3
            """,
            [
                .text(cardID), .int8(number), .int(limit), .bool(choice.isByLink), .bool(choice.isByOperator),
                .timestamptz(choice.expiredSince ?? .negativeInfinity),
            ]
        ) { row in
            let number: Int64 = try row.get("spend_number")
            guard let decision = try? Decision(canonicalBytes: try row.get("decision")) else { return (number, nil) }
            let spend = Waiting(
                spendNumber: number, spendID: try row.get("spend_id"), decision: decision,
                hasLaterLink: try row.get("has_later_link"), heldSince: try row.get("held_since"))
            return (number, spend)
        }
    }

    /// Of these cards, those that hold something which a later version with links decides.
    static func cardsWithLink(among cardIDs: [String]) -> Query<String> {
        Query(
            """
            select c.card_id
              from (select c.card_id, c.preference_version from cards c where c.card_id = any($1::text[]) offset 0) c
             where \(linkDecides)
            """, [.textArray(cardIDs)]
        ) { row in try row.get("card_id") }
    }

    /// The next cards after one that hold money, with whether a later version with links decides some of it.
    ///
    /// **Cost** A few index look-ups for each card that holds money, however many spends it holds.
    static func cards(after cardID: String, limit: Int) -> Query<(cardID: String, isDecidedByLink: Bool)> {
        Query(
            """
            with recursive holders as (
                (select card_id from held_spends where card_id > $1 order by card_id limit 1)
                union all
                select (select h.card_id from held_spends h where h.card_id > r.card_id order by h.card_id limit 1)
                  from holders r where r.card_id is not null)
            select c.card_id, \(linkDecides) as is_decided_by_link
              from (select r.card_id, c.preference_version
                      from (select card_id from holders where card_id is not null limit $2) r
                      join cards c on c.card_id = r.card_id) c
             order by c.card_id
            """, [.text(cardID), .int(limit)]
        ) { row in (try row.get("card_id"), try row.get("is_decided_by_link")) }
    }

    /// Whether the version in force of card `c` has links and decides something that an earlier version held.
    private static let linkDecides = """
        coalesce(\(PreferenceInForceStore.weights(ofCard: "c")), '') <> ''
               and exists (select from held_spends h
                            where h.card_id = c.card_id and h.preference_version < c.preference_version)
        """

    /// A place in the list of held spends, oldest first.
    struct Place: Sendable {
        var heldSince = PostgresTimestamp.negativeInfinity
        var spendNumber: Int64 = 0
    }

    /// The cards of the next spends after a place that were held since then or before, a row a spend with its place.
    static func expired(
        since: PostgresTimestamp, after place: Place, limit: Int
    ) -> Query<(cardID: String, place: Place)> {
        Query(
            """
            select card_id, held_since, spend_number from held_spends
             where held_since <= $1 and held_since >= $2 and (held_since, spend_number) > ($2, $3)
             order by held_since, spend_number limit $4
            """,
            [.timestamptz(since), .timestamptz(place.heldSince), .int8(place.spendNumber), .int(limit)]
        ) { row in
            let cardID: String = try row.get("card_id")
            return (cardID, Place(heldSince: try row.get("held_since"), spendNumber: try row.get("spend_number")))
        }
    }

    /// Reads held spends, oldest first, those after a number; of one card when it is given.
    static func list(cardID: String?, after number: Int64, limit: Int) -> Query<(number: Int64, spend: HeldSpend)> {
        Query(
            """
            select h.spend_number, h.card_id, h.spend_id, h.currency_code, h.held_minor, h.held_since,
                   s.weights = '' as has_no_links, h.preference_version
              from (select * from held_spends where \(cardID == nil ? "$1::text is null" : "card_id = $1")
                       and spend_number > $2 order by spend_number limit $3) h
              join spends s on s.card_id = h.card_id and s.spend_id = h.spend_id
             order by h.spend_number
            """, [.textOrNull(cardID), .int8(number), .int(limit)]
        ) { row in
            let number: Int64 = try row.get("spend_number")
            let held = Money(
                currency: try CurrencyCode(try row.get("currency_code", as: String.self)),
                minorUnits: try row.get("held_minor"))
            let spend = HeldSpend(
                cardID: try row.get("card_id"), spendID: try row.get("spend_id"), held: held,
                heldSince: try row.get("held_since"),
                reason: try row.get("has_no_links") ? .noLinks : .refusedByAll,
                preferenceVersion: try row.get("preference_version"))
            return (number, spend)
        }
    }

    /// Counts and sums what is held, by currency, with the age of the oldest; what is all refunded waits for nothing.
    static let counts = Query(
        """
        select currency_code, count(*) as spends, sum(held_minor)::text as held_minor, min(held_since) as oldest_since
          from held_spends where held_minor > 0 group by currency_code order by currency_code
        """
    ) { row in
        HeldMoney.Total(
            currencyCode: try row.get("currency_code"), spends: try row.get("spends"),
            heldMinor: Int64(try row.get("held_minor", as: String.self)) ?? .max,
            oldestSince: try row.get("oldest_since"))
    }
}
