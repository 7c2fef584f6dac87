package import OperatorRecord
package import PostgreSQL
import Rewards

/// The administration of API clients: make, list, revoke.
///
/// **Guarantees** Making and revoking are recorded in their own transaction, when there is an entry to record.
package struct APIClients: Sendable {
    private let pool: PostgresPool
    private let authenticator: Authenticator?

    /// What making a client returns: the only time its key can be read.
    package struct Created: Sendable {
        /// The client.
        package let client: APIClient
        /// Its key; a secret.
        package let key: APIKey
    }

    /// Makes the use cases.
    ///
    /// - Parameter authenticator: notified of changes, so that this process notices them at once.
    package init(pool: PostgresPool, authenticator: Authenticator? = nil) {
        self.pool = pool
        self.authenticator = authenticator
    }

    /// Makes a client with a fresh key.
    ///
    /// - Parameter audit: Recorded in the same transaction.
    /// Not idempotent: the key cannot be shown twice, so a call that repeats is refused.
    /// **Errors** `INVALID_ARGUMENT` (`client_id`, `role`), `CLIENT_EXISTS`.
    package func create(clientID: String, role: String, audit: AuditEntry? = nil) async throws -> Created {
        guard IdentifierRule.check(clientID) else {
            throw AccessError(
                .invalidArgument, "client_id must be 1 to 128 bytes without control characters", field: "client_id")
        }
        guard let role = APIRole(rawValue: role) else {
            throw AccessError(.invalidArgument, "role must be \"platform\" or \"operator\"", field: "role")
        }
        let key = APIKey.generate()
        let attempts = CommitAttempts()
        let client = try await pool.withLine(Self.line(clientID)) {
            try await pool.commit(attempts) { connection in
                guard
                    let client = try await connection.first(
                        APIClientStore.insert(clientID: clientID, keyDigest: key.digest, role: role))
                else {
                    if attempts.isInDoubt, let made = try await Self.client(clientID, of: key, on: connection) {
                        return made
                    }
                    throw AccessError(
                        .clientExists, "a client of that id exists: choose another id, or revoke it and choose another")
                }
                _ = try await connection.pipeline(audit?.statement, APIClientStore.announce)
                return client
            }
        }
        authenticator?.forget()
        return Created(client: client, key: key)
    }

    private static func line(_ clientID: String) -> String { "api-client:\(clientID)" }

    /// The client whose key works with this one, which an earlier attempt of the same call made.
    private static func client(
        _ clientID: String, of key: APIKey, on connection: PostgresConnection
    ) async throws -> APIClient? {
        let (credentials, clients) = try await connection.pipeline(APIClientStore.credentials(), APIClientStore.all())
        guard credentials.contains(where: { $0?.digest == key.digest }) else { return nil }
        return clients.first { $0.clientID == clientID }
    }

    /// Every client that ever was, in order of id.
    package func list() async throws -> [APIClient] {
        try await pool.all(APIClientStore.all())
    }

    /// Stops a client's key from working: at once in this process, in others when they hear of it, and within two
    /// seconds when they do not.
    ///
    /// - Parameter audit: Recorded in the same transaction.
    /// Idempotent: revoking again returns the first revocation.
    /// **Errors** `UNKNOWN_CLIENT`.
    package func revoke(clientID: String, audit: AuditEntry? = nil) async throws -> APIClient {
        let unknown = AccessError(.unknownClient, "no client has that id: list the clients to see which there are")
        guard IdentifierRule.check(clientID) else { throw unknown }
        let client = try await pool.withLine(Self.line(clientID)) {
            try await pool.withTransaction { connection in
                let (revoked, _, _) = try await connection.pipeline(
                    APIClientStore.revoke(clientID: clientID), audit?.statement, APIClientStore.announce)
                guard let client = revoked.first else { throw unknown }
                return client
            }
        }
        authenticator?.forget()
        return client
    }
}
