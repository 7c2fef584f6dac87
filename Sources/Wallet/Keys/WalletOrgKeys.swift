package import PostgreSQL

/// The administration of organisation keys: create, rotate with overlap, revoke, list.
package struct WalletOrgKeys: Sendable {
    /// A key and its text: the only time the text can be read.
    package struct Created: Sendable {
        /// The key.
        package let key: WalletOrgKey
        /// Its text; a secret.
        package let secret: WalletOrgKeySecret
    }

    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Makes a key. Not idempotent: a key cannot be shown twice.
    ///
    /// - Parameter id: the key's id; one is made when it is nil.
    /// **Errors** `VALIDATION`.
    package func create(
        _ environment: WalletEnvironment, id: String? = nil, label: String, expiresAt: PostgresTimestamp? = nil,
        now: PostgresTimestamp
    ) async throws -> Created {
        try WalletRule.text(label, field: .label, charactersMax: 100, isEmptyAllowed: false)
        let id = id ?? context.makeID("key_")
        return try await context.transaction(in: .orgKey(id), environment) { connection in
            try await make(environment, id: id, label: label, expiresAt: expiresAt, now: now, on: connection)
        }
    }

    /// Makes a key in place of another, which works on for `overlap`.
    ///
    /// - Parameter newID: the new key's id; one is made when it is nil.
    /// **Errors** `VALIDATION` for an overlap below zero or above 90 days; `NOT_FOUND` when no working key has that id.
    package func rotate(
        _ environment: WalletEnvironment, id: String, newID: String? = nil, overlap: Duration, now: PostgresTimestamp
    ) async throws -> Created {
        guard (.zero ... .seconds(90 * 86_400)).contains(overlap) else {
            throw WalletError(.validation, "\(.overlap) must be from 0 to 90 days", field: .overlap)
        }
        return try await context.transaction(in: .orgKey(id), environment) { connection in
            guard
                let old = try await connection.first(
                    OrgKeyStore.expire(id: id, at: now.advanced(by: overlap), environment, now: now))
            else { throw WalletError.unknownKey }
            return try await make(
                environment, id: newID ?? context.makeID("key_"), label: old.label, expiresAt: nil, now: now,
                on: connection)
        }
    }

    /// Stops a key at once; revoking again returns the first revocation.
    ///
    /// **Errors** `NOT_FOUND`.
    package func revoke(
        _ environment: WalletEnvironment, id: String, now: PostgresTimestamp
    ) async throws -> WalletOrgKey {
        try await context.transaction(in: .orgKey(id), environment) { connection in
            guard let revoked = try await connection.first(OrgKeyStore.revoke(id: id, environment, now: now)) else {
                throw WalletError.unknownKey
            }
            return revoked
        }
    }

    /// Every key of an environment, oldest first.
    package func list(_ environment: WalletEnvironment) async throws -> [WalletOrgKey] {
        try await context.pool.all(OrgKeyStore.list(environment))
    }

    private func make(
        _ environment: WalletEnvironment, id: String, label: String, expiresAt: PostgresTimestamp?,
        now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> Created {
        let secret = WalletOrgKeySecret.generate(prefix: context.settings.keyPrefix, environment)
        guard
            let key = try await connection.first(
                OrgKeyStore.insert(
                    id: id, digest: secret.digest, label: label, expiresAt: expiresAt,
                    environment, now: now))
        else { throw WalletError(.internalFault, "the key was not written: try again") }
        return Created(key: key, secret: secret)
    }
}

extension WalletError {
    static let unknownKey = WalletError(.notFound, "no working key has that id: list the keys")
}
