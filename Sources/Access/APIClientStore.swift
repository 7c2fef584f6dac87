import PostgreSQL

/// The SQL of the `api_clients` table.
enum APIClientStore {
    /// A client whose key works, with the digest of the key.
    struct Credential: Sendable {
        let digest: [UInt8]
        let caller: Caller
    }

    /// The channel on which a new or revoked client is announced to every process, at the commit.
    static let changedChannel = "api_clients_changed"

    /// Announces a change.
    static let announce = PostgresStatement("select pg_notify($1, '')", [.text(changedChannel)])

    /// Adds a client; no row when its id is taken.
    static func insert(clientID: String, keyDigest: [UInt8], role: APIRole) -> Query<APIClient> {
        Query(
            """
            insert into api_clients (client_id, key_digest, role) values ($1, $2, $3)
            on conflict (client_id) do nothing
            returning client_id, role, created_at, revoked_at
            """, [.text(clientID), .bytea(keyDigest), .text(role.rawValue)], read: client)
    }

    /// Revokes a client; a client revoked before keeps its first date. No row when there is none of that id.
    static func revoke(clientID: String) -> Query<APIClient> {
        Query(
            """
            update api_clients set revoked_at = coalesce(revoked_at, now()) where client_id = $1
            returning client_id, role, created_at, revoked_at
            """, [.text(clientID)], read: client)
    }

    /// Every client that ever was, in order of id.
    static func all() -> Query<APIClient> {
        Query("select client_id, role, created_at, revoked_at from api_clients order by client_id", read: client)
    }

    /// Every client that was not revoked; nil for one with a role that only a later release knows, whose key does not
    /// work.
    static func credentials() -> Query<Credential?> {
        Query("select key_digest, client_id, role from api_clients where revoked_at is null") { row in
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
