package import PostgreSQL
package import Rewards

/// The SQL of `cards`. What locks or writes a row is reached through ``CardLock``, ``CardsLock``, ``LockedSourceUser``
/// and ``NewPreferenceVersion``; what reads without a lock is here for every room.
package enum CardStore {
    private static let columns =
        "card_id, user_id, currency_code, source_user_id, preference_version, registered_at, card_program"

    /// Locks one card, or fails at once with an error that means `contended` when another transaction holds it: a call
    /// waits for its card in `PostgresPool.withLine`, where it keeps no connection.
    static func lock(_ cardID: String) -> Query<CardRecord> {
        Query("select \(columns) from cards where card_id = $1 for update nowait", [.text(cardID)], read: record)
    }

    /// Locks those of the cards that nobody else holds, in key order.
    static func lockFree(_ cardIDs: [String]) -> Query<CardRecord> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update skip locked",
            [.textArray(cardIDs)], read: record)
    }

    /// Locks the cards in key order, so that two transactions never wait for each other in a circle, and waits for
    /// them.
    static func lockWaiting(_ cardIDs: [String]) -> Query<CardRecord> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update",
            [.textArray(cardIDs)], read: record)
    }

    /// Locks the cards of a source user in key order, or fails at once with an error that means `contended`.
    static func lock(ofSourceUser sourceUserID: String) -> Query<CardRecord> {
        Query(
            "select \(columns) from cards where source_user_id = $1 order by card_id for update nowait",
            [.text(sourceUserID)], read: record)
    }

    /// Takes the transaction's lock on a source user, or answers false at once.
    static func tryLock(sourceUser sourceUserID: String) -> Query<Bool> {
        Query(
            "select pg_try_advisory_xact_lock(hashtextextended('source_user:' || $1::text, 0)) as locked",
            [.text(sourceUserID)]
        ) { row in try row.get("locked") }
    }

    /// Adds a card; no row when its id is taken.
    static func insert(
        _ registration: CardRegistration, ofSourceUser sourceUserID: String, now: PostgresTimestamp
    ) -> Query<CardRecord> {
        Query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, request_hash, registered_at, \
            card_program)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (card_id) do nothing
            returning \(columns)
            """,
            [
                .text(registration.cardID), .text(registration.userID), .text(sourceUserID),
                .text(registration.currencyCode), .bytea(registration.requestHash), .timestamptz(now),
                .text(registration.cardProgram),
            ], read: record)
    }

    static func setVersion(_ version: Int64, of card: LockedCard) -> PostgresStatement {
        PostgresStatement(
            "update cards set preference_version = $2 where card_id = $1", [.text(card.id), .int8(version)])
    }

    /// One card; no row when there is none.
    package static func find(_ cardID: String) -> Query<CardRecord> {
        Query("select \(columns) from cards where card_id = $1", [.text(cardID)], read: record)
    }

    /// Some cards, in no order.
    package static func read(_ cardIDs: [String]) -> Query<CardRecord> {
        Query("select \(columns) from cards where card_id = any($1::text[])", [.textArray(cardIDs)], read: record)
    }

    /// Affects one row when the card exists, and none when it does not.
    package static func exists(_ cardID: String) -> PostgresStatement {
        PostgresStatement("select from cards where card_id = $1", [.text(cardID)])
    }

    /// The users of some cards, by card.
    package static func users(_ cardIDs: [String]) -> CombinedQuery<(ExactText, String), [ExactText: String]> {
        Query("select card_id, user_id from cards where card_id = any($1::text[])", [.textArray(cardIDs)]) { row in
            (ExactText(try row.get("card_id")), try row.get("user_id"))
        }.combined { Dictionary($0, uniquingKeysWith: { $1 }) }
    }

    /// The hash of the request that registered a card; no row when there is no such card.
    package static func requestHash(_ cardID: String) -> Query<[UInt8]> {
        Query("select request_hash from cards where card_id = $1", [.text(cardID)]) { row in
            try row.get("request_hash")
        }
    }

    /// The ids of all cards after one, in the order of the database; nil begins.
    package static func ids(after cardID: String?, limit: Int) -> Query<String> {
        Query(
            "select card_id from cards where ($1::text is null or card_id > $1) order by card_id limit $2",
            [.textOrNull(cardID), .int(limit)]
        ) { row in try row.get("card_id") }
    }

    /// The ids of a source user's cards.
    package static func ids(ofSourceUser sourceUserID: String) -> Query<String> {
        Query("select card_id from cards where source_user_id = $1 order by card_id", [.text(sourceUserID)]) { row in
            try row.get("card_id")
        }
    }

    /// Cards after an id, in the order of their ids.
    package static func page(after cardID: String, limit: Int) -> Query<CardRecord> {
        Query(
            "select \(columns) from cards where card_id > $1 order by card_id limit $2", [.text(cardID), .int(limit)],
            read: record)
    }

    private static func record(_ row: PostgresRow) throws -> CardRecord {
        try CardRecord(
            cardID: row.get("card_id"), userID: row.get("user_id"), currencyCode: row.get("currency_code"),
            sourceUserID: row.get("source_user_id"), preferenceVersion: row.get("preference_version"),
            registeredAt: row.get("registered_at"),
            cardProgram: row.get("card_program"))
    }
}
