package import PostgreSQL
import Rewards

/// The customers' members: upsert, read, remove.
package struct WalletMembers: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Creates a member, or changes what is named and revives an archived one.
    ///
    /// Sends `member.created` for a new or revived member and `member.tier_changed` when the tier is another.
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `IDEMPOTENCY_KEY_REUSED`.
    package func upsert(
        _ externalUserID: String, _ change: WalletMemberChange, by caller: WalletCaller,
        idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletMember> {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        try change.check()
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("UpsertMember", [("externalUserID", .string(id))] + change.arguments)
        return try await context.write(request, caller, idempotency, in: [.member(id)], now: now) { connection in
            try await context.upsert(id, change, caller.environment, now: now, on: connection)
        }
    }

    /// A member with wallet and counts.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND`.
    package func summary(_ externalUserID: String, by caller: WalletCaller) async throws -> WalletMemberSummary {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        guard let (row, counts) = try await context.pool.first(MemberStore.summary(id, caller.environment)) else {
            throw WalletError.unknownMember
        }
        return WalletMemberSummary(
            member: row.member, wallet: MemberWallet(row.account, context.currency(caller)), redemptionCounts: counts,
            archivedAt: row.archivedAt)
    }

    /// Members in order of id, from after one; archived ones too.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`.
    package func list(
        after externalUserID: String = "", limit: Int = 100, by caller: WalletCaller
    ) async throws -> [(member: WalletMember, wallet: MemberWallet, archivedAt: PostgresTimestamp?)] {
        try caller.requireOrganisation()
        if !externalUserID.isEmpty { _ = try WalletRule.externalUserID(externalUserID) }
        let limit = min(max(limit, 1), 1000)
        let rows = try await context.pool.all(
            MemberStore.list(after: externalUserID, limit: limit, caller.environment))
        return rows.map { ($0.member, MemberWallet($0.account, context.currency(caller)), $0.archivedAt) }
    }

    /// Archives a member; without `retainBalance` the balance lapses by one debit, so that I-10 still holds.
    ///
    /// Idempotent: removing an archived member answers as the first time.
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND`, `CONFLICT` while points are held, `IDEMPOTENCY_KEY_REUSED`.
    package func remove(
        _ externalUserID: String, retainBalance: Bool, by caller: WalletCaller,
        idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletRemoval> {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest(
            "RemoveMember", [("externalUserID", .string(id)), ("retainBalance", .bool(retainBalance))])
        return try await context.write(request, caller, idempotency, in: [.member(id)], now: now) { connection in
            guard let row = try await connection.first(MemberStore.lock(id, environment)) else {
                throw WalletError.unknownMember
            }
            if row.archivedAt != nil {
                return WalletRemoval(externalUserID: id, isArchived: true, isBalanceRetained: row.isBalanceRetained)
            }
            guard row.account.held == 0 else {
                throw WalletError(
                    .conflict, "\(row.account.held) points are held for purchases under way: release the holds first")
            }
            var statements: [PostgresStatement] = []
            if !retainBalance, row.account.balance > 0 {
                statements += try context.post(
                    .forfeit, amount: -row.account.balance, reason: WalletLabel.forfeit, to: id,
                    account: row.account, environment, now: now
                ).statements
            }
            statements.append(
                context.event(.memberRemoved, environment, .members([("externalUserID", .string(id))]), now: now))
            statements.append(MemberStore.archive(id, isBalanceRetained: retainBalance, environment, now: now))
            _ = try await connection.pipeline(statements)
            return WalletRemoval(externalUserID: id, isArchived: true, isBalanceRetained: retainBalance)
        }
    }
}

extension WalletContext {
    /// Creates or changes a member within a transaction.
    func upsert(
        _ id: String, _ change: WalletMemberChange, _ environment: WalletEnvironment, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> WalletMember {
        if let created = try await connection.first(MemberStore.insert(id, change, environment, now: now)) {
            _ = try await connection.pipeline([
                event(.memberCreated, environment, .members(created.member.fields), now: now)
            ])
            return created.member
        }
        let (locked, updated) = try await connection.pipeline(
            MemberStore.lock(id, environment), MemberStore.update(id, change, environment, now: now))
        guard let before = locked.first, let after = updated.first else { throw WalletError.unknownMember }
        var events: [PostgresStatement] = []
        if before.archivedAt != nil {
            events.append(event(.memberCreated, environment, .members(after.member.fields), now: now))
        }
        if before.member.tier != after.member.tier {
            events.append(event(.memberTierChanged, environment, .members(after.member.fields), now: now))
        }
        _ = try await connection.pipeline(events)
        return after.member
    }
}

extension WalletError {
    static let unknownMember = WalletError(
        .notFound, "no active member has that \(.externalUserID): upsert the member first")
}
