import Cryptography
package import PostgreSQL
import Rewards

/// Finds out who makes a call, and exchanges an organisation's key for a member's token (contract 8.1 and 8.2).
package struct WalletCredentials: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// The caller with this credential, an organisation's key or a member token.
    ///
    /// **Errors** `UNAUTHORIZED`, the same for every cause, also for the token of an archived member.
    /// **Cost** One read of one row.
    package func authenticate(_ credential: String?, now: PostgresTimestamp) async throws -> WalletCaller {
        guard let credential else { throw Self.refused }
        for environment in WalletEnvironment.allCases {
            let opening = WalletOrgKeySecret.opening(context.settings.keyPrefix, environment)
            guard credential.utf8.starts(with: opening.utf8) else { continue }
            guard credential.utf8.count == opening.utf8.count + 64 else { throw Self.refused }
            let digest = SHA256.digest(credential.utf8)
            let working = try await context.pool.reading {
                try await context.pool.query(OrgKeyStore.findWorking(digest: digest, environment, now: now))
            }
            guard !working.isEmpty else { throw Self.refused }
            return .organisation(environment)
        }
        guard let caller = MemberToken.verify(credential, secrets: context.settings.tokenSecrets, now: now) else {
            throw Self.refused
        }
        let id = try caller.ownMember()
        let row = try await context.pool.reading {
            try await context.pool.first(MemberStore.find(id, caller.environment))
        }
        guard let row, row.archivedAt == nil else { throw Self.refused }
        return caller
    }

    /// Hands out a token for a member, creating the member when new; what the change names is stored on the member.
    ///
    /// **Guarantees** A replay under a key gives the first token again, also when it has expired by then.
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `IDEMPOTENCY_KEY_REUSED`, `INTERNAL` when no token secret is set.
    package func exchange(
        _ externalUserID: String, _ change: WalletMemberChange = WalletMemberChange(), by caller: WalletCaller,
        idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletAccessToken> {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        try change.check()
        guard let secret = context.settings.tokenSecrets.first else {
            throw WalletError(.internalFault, "no secret signs member tokens: set wallet.tokenSecrets")
        }
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("ExchangeToken", [("externalUserID", .string(id))] + change.arguments)
        return try await context.write(request, caller, idempotency, in: [.member(id)], now: now) { connection in
            _ = try await context.upsert(id, change, caller.environment, now: now, on: connection)
            let expiresAt = WalletTime.milliseconds(now.advanced(by: context.settings.tokenLifetime))
            return WalletAccessToken(
                accessToken: MemberToken.sign(member: id, caller.environment, expiresAt: expiresAt, secret: secret),
                expiresAt: expiresAt)
        }
    }

    private static let refused = WalletError(
        .unauthorized, "send a working organisation key or member token as \(.credential)")
}
