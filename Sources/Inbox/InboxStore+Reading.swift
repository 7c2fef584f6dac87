package import PostgreSQL

extension InboxStore {
    /// The numbers of the deliveries of a kind after one, in order; for reading the whole inbox in bounded memory.
    package static func ids(
        of kind: InboxKind, after id: Int64, limit: Int, _ connection: PostgresConnection
    ) async throws -> [Int64] {
        try await connection.query(
            "select inbox_id from inbox where inbox_id > $1 and kind = $2 order by inbox_id limit $3",
            [.int8(id), .text(kind.rawValue), .int(limit)]
        ).map { try $0.get("inbox_id") }
    }

    /// Deliveries by their numbers, whole and in order; those that are not there are left out.
    package static func entries(_ ids: [Int64], _ connection: PostgresConnection) async throws -> [InboxEntry] {
        try await connection.query(
            "select \(columns), body from inbox where inbox_id = any($1) order by inbox_id", [.int8Array(ids)]
        ).map { try entry($0, body: $0.get("body")) }
    }
}
