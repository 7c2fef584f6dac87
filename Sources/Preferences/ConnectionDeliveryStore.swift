import PostgreSQL

/// The SQL of `connection_deliveries`: which deliveries speak of a source user.
enum ConnectionDeliveryStore {
    /// Enters deliveries with the source users they name.
    static func insert(_ sourceUserIDs: [Int64: String], _ connection: PostgresConnection) async throws {
        let ordered = sourceUserIDs.sorted { $0.key < $1.key }
        _ = try await connection.query(
            """
            insert into connection_deliveries (inbox_id, source_user_id)
            select inbox_id, source_user_id from unnest($1::bigint[], $2::text[]) as d (inbox_id, source_user_id)
            on conflict (inbox_id) do nothing
            """,
            [.int8Array(ordered.map(\.key)), .textArray(ordered.map(\.value))])
    }

    /// Those of some deliveries that are not entered.
    static func missing(of inboxIDs: [Int64], _ connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            """
            select i.inbox_id from unnest($1::bigint[]) as i (inbox_id)
            where not exists (select from connection_deliveries d where d.inbox_id = i.inbox_id)
            order by i.inbox_id
            """,
            [.int8Array(inboxIDs)]
        ).map { try $0.get("inbox_id") }
    }

    /// The deliveries that speak of a source user, in the order of arrival.
    static func inboxIDs(ofSourceUser sourceUserID: String, _ connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            "select inbox_id from connection_deliveries where source_user_id = $1 order by inbox_id",
            [.text(sourceUserID)]
        ).map { try $0.get("inbox_id") }
    }
}
