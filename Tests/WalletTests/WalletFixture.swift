import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Wallet

/// A wallet over a fresh database, with its use cases at hand.
struct WalletFixture: Sendable {
    static let secret = WalletTokenSecret(Array(repeating: 7, count: 32))
    static let start = PostgresTimestamp(microsecondsSinceEpoch: 1_772_445_600_000_000)

    let context: WalletContext
    let now = Self.start
    let backend = WalletCaller.organisation(.sandbox)

    init(_ pool: PostgresPool, settings change: (inout WalletSettings) -> Void = { _ in }) {
        var settings = WalletSettings(
            currencies: [.sandbox: WalletCurrency(name: "Stars", symbol: "ST")],
            tokenSecrets: Self.secret.map { [$0] } ?? [])
        change(&settings)
        context = WalletContext(pool: pool, settings: settings)
    }

    var members: WalletMembers { WalletMembers(context) }
    var accounts: WalletAccounts { WalletAccounts(context) }
    var offers: WalletOffers { WalletOffers(context) }
    var holds: WalletHolds { WalletHolds(context) }
    var redemptions: WalletRedemptions { WalletRedemptions(context) }
    var credentials: WalletCredentials { WalletCredentials(context) }

    static func with<T: Sendable>(
        poolSizeMax: Int = 8, settings: @Sendable (inout WalletSettings) -> Void = { _ in },
        _ body: (WalletFixture) async throws -> T
    ) async throws -> T {
        try await TestDatabase.withDatabase(poolSizeMax: poolSizeMax) { pool, _ in
            try await body(WalletFixture(pool, settings: settings))
        }
    }

    func member(_ id: String, in environment: WalletEnvironment = .sandbox) -> WalletCaller {
        WalletCaller(environment: environment, actor: .member(externalUserID: id))
    }

    /// Makes a member with points.
    func join(_ id: String, points: Int64 = 0) async throws {
        _ = try await members.upsert(id, WalletMemberChange(), by: backend, now: now)
        if points > 0 { _ = try await accounts.credit(id, amount: points, by: backend, now: now) }
    }

    func offer(_ id: String, price: Int64?) async throws {
        _ = try await offers.create(
            id: id, WalletOffer.Details(title: id), pointsPrice: price, by: backend, now: now)
    }

    /// I-10 as SQL: every member whose totals are not those of their ledger.
    func brokenIdentities() async throws -> Int {
        try await context.pool.query(
            """
            select m.external_user_id from wallet_members m
            left join wallet_transactions t
                on t.environment = m.environment and t.external_user_id = m.external_user_id
            group by m.environment, m.external_user_id
            having m.balance <> coalesce(sum(t.amount), 0)
                or m.amount_received <> coalesce(sum(t.amount) filter (where t.amount > 0), 0)
                or m.amount_spent <> coalesce(-sum(t.amount) filter (where t.amount < 0), 0)
                or m.ledger_sequence <> count(t.sequence) or m.ledger_sequence <> coalesce(max(t.sequence), 0)
                or m.balance < 0 or m.held not between 0 and m.balance
                or m.held <> (
                    select coalesce(sum(h.amount), 0) from wallet_holds h
                    where h.environment = m.environment and h.external_user_id = m.external_user_id
                        and h.status = 'HELD')
            """
        ).rowCount
    }
}
