import PostgreSQL
import Rewards

/// The SQL of `cards`.
enum CardStore {
    private static let columns =
        "card_id, user_id, currency_code, source_user_id, preference_version, registered_at, card_program"

    /// Orders everything that happens to a source user's events and cards until the transaction ends.
    ///
    /// A lock on the cards alone is not enough: an event may arrive before the first card exists, while that card is being
    /// registered, and neither transaction would see the other's row. Taken before any row lock.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds it: callers wait in
    /// `PostgresPool.withLine`, where they keep no connection.
    static func lockSourceUser(_ sourceUserID: String, _ connection: PostgresConnection) async throws {
        let locked: Bool? = try await connection.query(
            "select pg_try_advisory_xact_lock(hashtextextended('source_user:' || $1::text, 0)) as locked",
            [.text(sourceUserID)]
        ).first?.get("locked")
        guard locked == true else { throw PostgresError.lockRefused }
    }

    /// Adds a card; nil when its id is taken.
    static func insert(
        cardID: String, userID: String, currencyCode: String, sourceUserID: String, cardProgram: String,
        requestHash: [UInt8], now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws -> CardRecord? {
        try await connection.query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, request_hash, registered_at, card_program)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (card_id) do nothing
            returning \(columns)
            """,
            [
                .text(cardID), .text(userID), .text(sourceUserID), .text(currencyCode), .bytea(requestHash),
                .timestamptz(now), .text(cardProgram),
            ]
        ).first.map(record)
    }

    static func find(_ cardID: String, _ connection: PostgresConnection) async throws -> CardRecord? {
        try await connection.query("select \(columns) from cards where card_id = $1", [.text(cardID)])
            .first.map(record)
    }

    /// The users of some cards.
    static func users(_ cardIDs: [String], _ connection: PostgresConnection) async throws -> [ExactText: String] {
        let rows = try await connection.query(
            "select card_id, user_id from cards where card_id = any($1)", [.textArray(cardIDs)])
        return try Dictionary(
            rows.map { (ExactText(try $0.get("card_id")), try $0.get("user_id")) }, uniquingKeysWith: { $1 })
    }

    /// The hash of the request that registered a card.
    static func requestHash(_ cardID: String, _ connection: PostgresConnection) async throws -> [UInt8]? {
        try await connection.query("select request_hash from cards where card_id = $1", [.text(cardID)])
            .first?.get("request_hash")
    }

    /// Locks one card until the transaction ends; nil when there is none.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds it.
    static func lock(_ cardID: String, _ connection: PostgresConnection) async throws -> CardRecord? {
        try await connection.query("select \(columns) from cards where card_id = $1 for update nowait", [.text(cardID)])
            .first.map(record)
    }

    /// Locks the cards of a source user in the order of their ids.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds one of them.
    static func lockAll(ofSourceUser sourceUserID: String, _ connection: PostgresConnection) async throws
        -> [CardRecord]
    {
        try await connection.query(
            "select \(columns) from cards where source_user_id = $1 order by card_id for update nowait",
            [.text(sourceUserID)]
        ).map(record)
    }

    /// Ids in the order of the database: of all cards, or of those that have a row of a program's link.
    static func ids(
        linkedTo programID: String?, after cardID: String?, limit: Int, _ connection: PostgresConnection
    ) async throws -> [String] {
        let sql =
            programID == nil
            ? "select card_id from cards where ($1::text is null or card_id > $1) order by card_id limit $2"
            : """
            select card_id from links where ($1::text is null or card_id > $1) and program_id = $3
            order by card_id limit $2
            """
        let parameters: [PostgresValue] = [.textOrNull(cardID), .int(limit)]
        return try await connection.query(sql, parameters + (programID.map { [.text($0)] } ?? []))
            .map { try $0.get("card_id") }
    }

    /// The ids of a source user's cards.
    static func ids(ofSourceUser sourceUserID: String, _ connection: PostgresConnection) async throws -> [String] {
        try await connection.query(
            "select card_id from cards where source_user_id = $1 order by card_id", [.text(sourceUserID)]
        ).map { try $0.get("card_id") }
    }

    /// Cards after an id, in the order of their ids.
    static func page(after cardID: String, limit: Int, _ connection: PostgresConnection) async throws -> [CardRecord] {
        try await connection.query(
            "select \(columns) from cards where card_id > $1 order by card_id limit $2", [.text(cardID), .int(limit)]
        ).map(record)
    }

    static func setVersion(_ version: Int64, of cardID: String) -> PostgresStatement {
        PostgresStatement(
            "update cards set preference_version = $2 where card_id = $1", [.text(cardID), .int8(version)])
    }

    private static func record(_ row: PostgresRow) throws -> CardRecord {
        try CardRecord(
            cardID: row.get("card_id"), userID: row.get("user_id"), currencyCode: row.get("currency_code"),
            sourceUserID: row.get("source_user_id"), preferenceVersion: row.get("preference_version"),
            registeredAt: row.get("registered_at"),
            cardProgram: row.get("card_program"))
    }
}
