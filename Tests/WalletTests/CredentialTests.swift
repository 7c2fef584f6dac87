import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The wallet's credentials")
struct CredentialTests {
    static func refusal(_ wallet: WalletFixture, _ credential: String?, at now: PostgresTimestamp) async
        -> WalletError.Reason?
    {
        do {
            _ = try await wallet.credentials.authenticate(credential, now: now)
            return nil
        } catch { return (error as? WalletError)?.reason ?? .internalFault }
    }

    @Test("a key opens its own environment only, rotates with overlap, and is revoked at once")
    func organisationKeys() async throws {
        try await WalletFixture.with { wallet in
            let keys = WalletOrgKeys(wallet.context)
            let first = try await keys.create(.sandbox, label: "backend", now: wallet.now)
            #expect(first.secret.text.hasPrefix("mbw_sandbox_") && first.secret.text.utf8.count == 12 + 64)
            #expect(!"\(first.secret)".contains(first.secret.text.suffix(8)))
            let caller = try await wallet.credentials.authenticate(first.secret.text, now: wallet.now)
            #expect(caller == .organisation(.sandbox))
            // The same bits under the other environment's name open nothing.
            let other = first.secret.text.replacing("_sandbox_", with: "_live_")
            #expect(await Self.refusal(wallet, other, at: wallet.now) == .unauthorized)

            let second = try await keys.rotate(
                .sandbox, id: first.key.id, overlap: .seconds(60), now: wallet.now)
            let within = wallet.now.advanced(by: .seconds(59))
            let after = wallet.now.advanced(by: .seconds(60))
            #expect(await Self.refusal(wallet, first.secret.text, at: within) == nil)
            #expect(await Self.refusal(wallet, first.secret.text, at: after) == .unauthorized)
            #expect(await Self.refusal(wallet, second.secret.text, at: after) == nil)
            _ = try await keys.revoke(.sandbox, id: second.key.id, now: after)
            #expect(await Self.refusal(wallet, second.secret.text, at: after) == .unauthorized)
            #expect(try await keys.list(.sandbox).count == 2)
            #expect(try await keys.list(.live).isEmpty)
            let stored = try await wallet.context.pool.query(
                "select row_to_json(wallet_org_keys)::text as line from wallet_org_keys")
            for row in stored {
                let line: String = try row.get("line")
                #expect(!line.contains(first.secret.text.suffix(64)) && !line.contains(second.secret.text.suffix(64)))
            }
        }
    }

    @Test("a member token carries its member and environment, until it expires, is forged, or the member is removed")
    func memberTokens() async throws {
        try await WalletFixture.with { wallet in
            let exchanged = try await wallet.credentials.exchange(
                "m", WalletMemberChange(tier: "gold"), by: wallet.backend, now: wallet.now)
            let token = exchanged.value.accessToken
            #expect(exchanged.value.expiresAt == wallet.now.advanced(by: .seconds(900)))
            #expect(try await wallet.credentials.authenticate(token, now: wallet.now) == wallet.member("m"))
            #expect(try await wallet.accounts.eligibility(by: wallet.member("m")).tier == "gold")
            let last = wallet.now.advanced(by: .milliseconds(899_999))
            #expect(await Self.refusal(wallet, token, at: last) == nil)
            #expect(await Self.refusal(wallet, token, at: wallet.now.advanced(by: .seconds(900))) == .unauthorized)
            let parts = token.split(separator: ".")
            let foreign = WalletFixture(wallet.context.pool) {
                $0.tokenSecrets = [WalletTokenSecret(Array(repeating: 8, count: 32))].compactMap(\.self)
            }
            let forged = try await foreign.credentials.exchange("m", by: wallet.backend, now: wallet.now)
            for bad in [
                nil, "", "wmt1.", "wmt1..", token + "A", "x" + token, parts.dropLast().joined(separator: "."),
                forged.value.accessToken,
            ] {
                #expect(await Self.refusal(wallet, bad, at: wallet.now) == .unauthorized)
            }
            // A new secret signs; the old one's tokens work while it is listed.
            let rotated = WalletFixture(wallet.context.pool) {
                $0.tokenSecrets =
                    [WalletTokenSecret(Array(repeating: 9, count: 32)), WalletFixture.secret].compactMap(\.self)
            }
            #expect(await Self.refusal(rotated, token, at: wallet.now) == nil)
            let newer = try await rotated.credentials.exchange("m", by: wallet.backend, now: wallet.now)
            #expect(await Self.refusal(wallet, newer.value.accessToken, at: wallet.now) == .unauthorized)
            _ = try await wallet.members.remove("m", retainBalance: true, by: wallet.backend, now: wallet.now)
            #expect(await Self.refusal(wallet, token, at: wallet.now) == .unauthorized)
        }
    }

    @Test("server-mode calls refuse a member token, and a wallet refuses an organisation's key")
    func modes() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m")
            let member = wallet.member("m")
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await wallet.accounts.credit("m", amount: 1, by: member, now: wallet.now) },
                { _ = try await wallet.members.summary("m", by: member) },
                { _ = try await wallet.credentials.exchange("m", by: member, now: wallet.now) },
                { _ = try await WalletAnalytics(wallet.context).summary(by: member) },
                { _ = try await WalletWebhooks(wallet.context).list(by: member) },
                { _ = try await wallet.accounts.wallet(by: wallet.backend) },
            ]
            for call in calls {
                let error = await #expect(throws: WalletError.self) { try await call() }
                #expect(error?.reason == .forbidden)
            }
        }
    }

    @Test("sandbox and live are separate: the same id is two members")
    func environments() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 5)
            #expect(try await wallet.accounts.wallet(by: wallet.member("m", in: .live)).balance == 0)
            let error = await #expect(throws: WalletError.self) {
                try await wallet.accounts.credit("m", amount: 1, by: .organisation(.live), now: wallet.now)
            }
            #expect(error?.reason == .notFound)
        }
    }
}
