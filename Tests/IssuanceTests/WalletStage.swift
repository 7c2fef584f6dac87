import Cosmo
import Issuance
import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization
import Testing
import Wallet

/// Positions of programs that pay into a real wallet in the same database, with a clock that tests move.
///
/// A card `u1-a` is its user's, `u1`.
final class WalletStage: Sendable {
    let pool: PostgresPool
    let context: WalletContext
    let clock = TestClock()
    let configuration: IssuanceConfiguration
    let terms = Mutex<[String: ProgramTerms]>(["stars": ProgramTerms(paysIntoWallet: true)])
    /// Called inside the planner's transaction once the wallet's rows are written.
    let onMoved = Mutex<(@Sendable (PostgresConnection) async throws -> Void)?>(nil)
    static let environment = WalletEnvironment.live
    let backend = WalletCaller.organisation(environment)

    init(_ pool: PostgresPool, configuration: IssuanceConfiguration, isPoolEnabled: Bool) {
        self.pool = pool
        self.configuration = configuration
        context = WalletContext(pool: pool, settings: WalletSettings(isPoolEnabled: isPoolEnabled))
    }

    static func with(
        isPoolEnabled: Bool = false, issuance adjust: (inout IssuanceConfiguration) -> Void = { _ in },
        _ body: (WalletStage) async throws -> Void
    ) async throws {
        var configuration = IssuanceConfiguration()
        adjust(&configuration)
        try await TestDatabase.withDatabase { pool, _ in
            try await body(WalletStage(pool, configuration: configuration, isPoolEnabled: isPoolEnabled))
        }
    }

    var payout: WalletPayout {
        let postings = WalletPostings(context, environment: Self.environment)
        return WalletPayout(environment: Self.environment.rawValue) { connection, orders, now in
            let outcomes = try await postings.post(
                orders.map { (externalUserID: Self.member(of: $0.cardID), movement: $0.movement) }, now: now,
                on: connection)
            let onMoved = self.onMoved.withLock { $0 }
            try await onMoved?(connection)
            return outcomes
        }
    }

    static func member(of card: String) -> String { String(card.prefix { $0 != "-" }) }

    func planner() -> IssuancePlanner {
        IssuancePlanner(
            pool: pool, configuration: configuration, destinations: { _, keys in keys.map { _ in nil } },
            terms: { _, programs in self.terms.withLock { all in all.filter { programs.contains($0.key) } } },
            payout: payout, now: clock.now, logger: Stage.logger)
    }

    /// Plans until nothing is due.
    func plan() async throws {
        let planner = planner()
        while try await planner.planDue().positionCount > 0 {}
    }

    func earn(_ card: String, _ program: String = "stars", micro: Int64, unit: RewardUnit = .points) async throws {
        let key = PositionKey(cardID: card, programID: program, unit: unit)
        let statements = PositionStore().change([.earned(key, micro: micro)], at: clock.now())
        _ = try await pool.withTransaction { try await $0.pipeline(statements) }
    }

    func earn(_ card: String, points: Int64) async throws { try await earn(card, micro: points * 1_000_000) }

    /// Takes back, or gives back when below zero, as a refund would.
    func clawBack(_ card: String, _ program: String = "stars", micro: Int64) async throws {
        let key = PositionKey(cardID: card, programID: program, unit: .points)
        let statements = PositionStore().change([.clawedBack(key, micro: micro)], at: clock.now())
        _ = try await pool.withTransaction { try await $0.pipeline(statements) }
    }

    func clawBack(_ card: String, points: Int64) async throws { try await clawBack(card, micro: points * 1_000_000) }

    var reads: IssuanceReads { IssuanceReads(pool: pool) }

    func position(_ card: String, _ program: String = "stars") async throws -> PositionView {
        try await reads.position(cardID: card, programID: program)
    }

    func balance(_ member: String) async throws -> Int64 {
        try await WalletMembers(context).summary(member, by: backend).wallet.balance
    }

    /// Lets a member spend points, by a redemption whose id is returned.
    func spend(_ member: String, points: Int64, offer: String) async throws -> String {
        _ = try await WalletOffers(context).create(
            id: offer, WalletOffer.Details(title: offer), pointsPrice: points, by: backend, now: clock.now())
        return try await redeem(member, offer)
    }

    func redeem(_ member: String, _ offer: String) async throws -> String {
        try await WalletRedemptions(context).redeem(offer: offer, named: member, by: backend, now: clock.now()).value.id
    }

    func cancel(_ redemption: String) async throws {
        _ = try await WalletRedemptions(context).cancel(id: redemption, by: backend, now: clock.now())
    }

    /// I-2 and I-10 from the rows alone: each position is its issuances less its reversals, each of these is a row of
    /// the ledger, and each member has what the positions of their cards say.
    func checkBooks(_ comment: Comment? = nil, _ location: SourceLocation = #_sourceLocation) async throws {
        for (what, sql) in Self.audits {
            let broken = try await pool.query(sql)
            #expect(broken.isEmpty, "\(what) \(comment?.rawValue ?? "")", sourceLocation: location)
        }
    }

    private static let audits: [(String, String)] = [
        (
            "issued is not issuances less reversals",
            """
            select 1 from positions p where p.in_flight_micro <> 0 or p.unknown_micro <> 0 or p.issued_micro <> (
                select coalesce(sum(quantity_micro), 0) from issuances i
                where (i.card_id, i.program_id, i.unit) = (p.card_id, p.program_id, p.unit) and i.status = 'confirmed'
            ) - (
                select coalesce(sum(quantity_micro), 0) from issuance_reversals r
                where (r.card_id, r.program_id, r.unit) = (p.card_id, p.program_id, p.unit))
            """
        ),
        (
            "an issuance is not its credit",
            """
            select 1 from issuances i full join wallet_transactions t on t.issue_reference = i.reference_number
            where (i.reference_number is not null or t.issue_reference is not null)
                and (i.sent_value is distinct from t.amount or t.cause is distinct from 'mint'
                    or i.account ->> 'externalUserID' is distinct from t.external_user_id
                    or i.settled_by is distinct from 'wallet')
            """
        ),
        (
            "a reversal is not its debit",
            """
            select 1 from issuance_reversals r
            full join (select * from wallet_transactions where cause = 'clawback') t
                on t.transaction_id = r.wallet_transaction_id and t.environment = r.wallet_environment
            where r.quantity_micro is distinct from t.amount * -1000000
                or split_part(r.card_id, '-', 1) is distinct from t.external_user_id
            """
        ),
        (
            "a member was not paid what the positions say",
            """
            select 1 from (
                select split_part(card_id, '-', 1) as member, sum(issued_micro) as issued from positions group by 1) p
            full join (
                select external_user_id as member, sum(amount) * 1000000 as paid from wallet_transactions
                where issue_reference is not null or cause = 'clawback' group by 1) t using (member)
            where coalesce(p.issued, 0) <> coalesce(t.paid, 0)
            """
        ),
        (
            "a wallet is not its ledger",
            """
            select 1 from wallet_members m
            where m.balance < 0 or m.balance <> (
                select coalesce(sum(amount), 0) from wallet_transactions t
                where (t.environment, t.external_user_id) = (m.environment, m.external_user_id))
            """
        ),
        (
            "the pool did not pay for every credit",
            """
            select 1 from wallet_pools p where p.balance <> (select sum(amount) from wallet_pool_entries)
                or (select coalesce(-sum(amount), 0) from wallet_pool_entries where amount < 0)
                    <> (select coalesce(sum(amount), 0) from wallet_transactions where cause = 'mint')
            """
        ),
        ("more is issued than was earned", "select 1 from positions where issued_micro > earned_micro"),
    ]
}
