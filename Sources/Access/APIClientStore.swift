import PostgreSQL

/// The SQL of the `api_clients` table.
enum APIClientStore {
    /// A client whose key works, with the digest of the key.
    struct Credential: Sendable {
        let digest: [UInt8]
        let caller: Caller
    }

    /// Returns false when the id is taken.
    static func insert(
        clientID: String, keyDigest: [UInt8], role: APIRole, on connection: PostgresConnection
    ) async throws -> APIClient? {
        let rows = try await connection.query(
            """
            insert into api_clients (client_id, key_digest, role) values ($1, $2, $3)
            on conflict (client_id) do nothing
            returning client_id, role, created_at, revoked_at
            """, [.text(clientID), .bytea(keyDigest), .text(role.rawValue)])
        return try rows.first.map(client)
    }

    /// Revokes a client; a client revoked before keeps its first date. Returns nil when there is none of that id.
    static func revoke(clientID: String, on connection: PostgresConnection) async throws -> APIClient? {
        let rows = try await connection.query(
            """
            update api_clients set revoked_at = coalesce(revoked_at, now()) where client_id = $1
            returning client_id, role, created_at, revoked_at
            """, [.text(clientID)])
        return try rows.first.map(client)
    }

    static func all(on connection: PostgresConnection) async throws -> [APIClient] {
        try await connection.query(
            "select client_id, role, created_at, revoked_at from api_clients order by client_id"
        ).map(client)
    }

    /// Every client whose key works; the key of a client with a role that only a later release knows does not.
    static func credentials(on connection: PostgresConnection) async throws -> [Credential] {
        try await connection.query(
            "select key_digest, client_id, role from api_clients where revoked_at is null"
        ).compactMap { row in
            guard let role = APIRole(rawValue: try row.get("role")) else { return nil }
            return Credential(
                digest: try row.get("key_digest"), caller: Caller(clientID: try row.get("client_id"), role: role))
        }
    }

    private static func client(_ row: PostgresRow) throws -> APIClient {
        APIClient(
            clientID: try row.get("client_id"), role: try row.get("role", of: "api_clients"),
            createdAt: try row.get("created_at"), revokedAt: try row.get("revoked_at"))
    }
}
