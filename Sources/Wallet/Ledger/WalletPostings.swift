package import PostgreSQL
package import Rewards

/// Pays card rewards into members' wallets, and takes them back, inside another room's transaction.
///
/// **Guarantees** Nothing is committed here: the caller's transaction moves the points together with what it writes
/// itself, or neither. Members' rows are locked in order of id, the pool's row after them, as every write of the wallet
/// does.
package struct WalletPostings: Sendable {
    /// What is to be moved for one member, who is made when credited for the first time.
    package typealias Order = (externalUserID: String, movement: PointsMovement)

    private let context: WalletContext
    private let environment: WalletEnvironment

    /// Makes the use case for one of the two worlds.
    package init(_ context: WalletContext, environment: WalletEnvironment) {
        self.context = context
        self.environment = environment
    }

    /// Moves what it can and says what became of each order, in their order.
    ///
    /// Credits come first, so that what a member earns with one card covers what another card owes.
    /// **Errors** `PostgresError`. **Cost** Two round trips for any number of orders; one statement an event where an
    /// endpoint listens.
    package func post(
        _ orders: [Order], now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> [PointsMovement.Outcome] {
        guard !orders.isEmpty else { return [] }
        let now = WalletTime.milliseconds(now)
        let usable = orders.filter { (try? WalletRule.externalUserID($0.externalUserID)) != nil }
        let credited = Set(usable.filter(\.movement.isPayment).map { ExactText($0.externalUserID) })
        let named = Set(usable.map { ExactText($0.externalUserID) })
        let (created, members, pools, webhooks) = try await connection.pipeline(
            MemberStore.insertNew(credited.sorted().map(\.text), environment, now: now),
            MemberStore.lock(named.sorted().map(\.text), environment),
            credited.isEmpty ? nil : context.poolLock(environment), WebhookStore.count(environment))
        let pool = pools?.first
        var batch = PostingBatch(
            members: members, pool: pool?.state.balance, makeID: context.makeID)
        let outcomes = batch.decide(orders)

        var statements: [PostgresStatement] = []
        if !batch.rows.isEmpty { statements += LedgerStore.post(batch.rows, environment, now: now) }
        if let pool, !batch.draws.isEmpty { statements += context.draw(batch.draws, from: pool, now: now) }
        // Most installations tell nobody, and an event is a statement of its own.
        if webhooks.first ?? 0 > 0 {
            statements += events(batch, created: created, now: now)
        }
        if !statements.isEmpty { _ = try await connection.pipeline(statements) }
        return outcomes
    }

    /// The ledger rows that pay some issuances, by reference number.
    package func transactionIDs(
        ofIssuances references: [String], on connection: PostgresConnection
    ) async throws -> [String: String] {
        try await connection.pipeline(LedgerStore.ofIssuances(references, environment))
    }

    private func events(_ batch: PostingBatch, created: [String], now: PostgresTimestamp) -> [PostgresStatement] {
        let new = created.map { id in
            context.event(
                .memberCreated, environment,
                .members(
                    WalletMember(externalUserID: id, displayName: nil, tier: "standard", attributes: nil).fields),
                now: now)
        }
        return new
            + batch.rows.map { row in
                context.event(
                    row.posting.amount > 0 ? .walletCredited : .walletDebited, environment,
                    row.posting.eventData(externalUserID: row.externalUserID, balance: row.account.balance), now: now)
            }
    }
}

extension PointsMovement {
    fileprivate var isPayment: Bool {
        switch self {
        case .pay: true
        case .takeBack: false
        }
    }
}
