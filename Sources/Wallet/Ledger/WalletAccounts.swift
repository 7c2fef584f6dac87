package import PostgreSQL
import Rewards

/// The members' wallets: credit, read, ledger, eligibility, export.
package struct WalletAccounts: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Credits points to a member (contract section 2).
    ///
    /// **Guarantees** One ledger row, the totals, the pool's draw, the event and the stored answer are one transaction.
    /// **Errors** `FORBIDDEN`, `VALIDATION` (also when a total would pass 2^53 - 1), `IDEMPOTENCY_KEY_REUSED`,
    /// `NOT_FOUND`, `INSUFFICIENT_ORG_POINTS`.
    package func credit(
        _ externalUserID: String, amount: Int64, reason: String? = nil, by caller: WalletCaller,
        idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletCredit> {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        try WalletRule.amount(amount)
        try WalletRule.text(reason, field: .reason, charactersMax: 500)
        // An empty reason says nothing: gRPC cannot tell it from none, so no door does.
        let reason = reason?.isEmpty == true ? nil : reason
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest(
            "Credit",
            [("externalUserID", .string(id)), ("amount", .integer(amount)), ("reason", reason.map(JSONValue.string))])
        let transactionID = context.makeID("wtx_")
        let currency = context.currency(caller)
        return try await context.write(
            request, caller, idempotency, in: [.member(id)] + context.poolLine(environment), now: now,
            own: { connection in
                let (_, balances) = try await connection.pipeline(
                    MemberStore.lock(id, environment),
                    LedgerStore.balance(after: transactionID, of: id, environment))
                return balances.first.map { WalletCredit(balance: $0, currency: currency) }
            }
        ) { connection in
            let (members, pools) = try await connection.pipeline(
                MemberStore.lock(id, environment), context.poolLock(environment))
            guard let row = members.first, row.archivedAt == nil else { throw WalletError.unknownMember }
            let posted = try context.post(
                .mint, amount: amount, reason: reason, transactionID: transactionID, to: id, account: row.account,
                environment, now: now)
            let drawn = try context.draw(amount, reference: posted.transactionID, from: pools?.first, now: now)
            _ = try await connection.pipeline(drawn + posted.statements)
            return WalletCredit(balance: posted.account.balance, currency: currency)
        }
    }

    /// The calling member's wallet; zeros for a member without a row (contract section 5).
    ///
    /// - Parameter named: the member that the organisation asks about; nil for the caller's own.
    /// **Errors** `FORBIDDEN` for an organisation that names nobody (contract U10), `NOT_FOUND` for one that names a
    /// member nobody knows.
    package func wallet(named: String? = nil, by caller: WalletCaller) async throws -> MemberWallet {
        let id = try named == nil ? caller.ownMember() : caller.subject(named: named)
        let row = try await context.pool.first(MemberStore.find(id, caller.environment))
        if row == nil, caller.actor == .organisation { throw WalletError.unknownMember }
        return MemberWallet(row?.account ?? WalletAccount(), context.currency(caller))
    }

    /// Tier and wallet from one read (contract section 8.5).
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND`.
    package func eligibility(named: String? = nil, by caller: WalletCaller) async throws -> WalletEligibility {
        let id = try caller.subject(named: named)
        let row = try await context.pool.first(MemberStore.find(id, caller.environment))
        guard let row, row.archivedAt == nil else { throw WalletError.unknownMember }
        return WalletEligibility(tier: row.member.tier, wallet: MemberWallet(row.account, context.currency(caller)))
    }

    /// A page of a member's ledger, newest first (contract section 6).
    ///
    /// **Guarantees** A walk neither skips nor repeats a row while others are written: pages are cut by the member's
    /// own sequence. **Cost** The same for every page.
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND` for a named member nobody knows.
    package func transactions(
        named: String? = nil, page request: WalletPageRequest, by caller: WalletCaller
    ) async throws -> WalletPage<WalletTransaction> {
        let id = try caller.subject(named: named)
        let listing = WalletListing("transactions", caller.environment, id)
        let before = try request.before(in: listing)
        let member = caller.actor == .organisation ? MemberStore.find(id, caller.environment) : nil
        let (members, rows) = try await context.pool.withConnection { connection in
            try await connection.pipeline(
                member, LedgerStore.page(id, caller.environment, before: before, limit: request.limit + 1))
        }
        if let members, members.isEmpty { throw WalletError.unknownMember }
        return request.page(rows, in: listing) { $0.sequence }
    }

    /// Hands every ledger row of an environment, or of one member, to `body`, by member and sequence.
    ///
    /// **Guarantees** One consistent read. **Cost** Memory does not grow with the number of rows.
    /// **Errors** `FORBIDDEN`, what `body` throws.
    package func export(
        member externalUserID: String? = nil, timeout: Duration = .seconds(3600), by caller: WalletCaller,
        _ body: (_ externalUserID: String, _ row: WalletTransaction) throws -> Void
    ) async throws {
        try caller.requireOrganisation()
        try await context.pool.withConnection { connection in
            let rows = LedgerStore.all(caller.environment, member: externalUserID)
            try await connection.forEach(rows, timeout: timeout) { try body($0.externalUserID, $0.row) }
        }
    }

    /// A part of the ledger by member and sequence, from after a row; for readers whose pace is not ours to choose.
    ///
    /// **Guarantees** A walk has each member's rows without a gap. **Cost** The same for every part.
    ///
    /// - Parameter limit: how many rows at most; fewer than that are the end.
    /// **Errors** `FORBIDDEN`.
    package func exportPart(
        member externalUserID: String? = nil, after last: (externalUserID: String, sequence: Int64)? = nil,
        limit: Int, by caller: WalletCaller
    ) async throws -> [(externalUserID: String, row: WalletTransaction)] {
        try caller.requireOrganisation()
        return try await context.pool.all(
            LedgerStore.part(caller.environment, member: externalUserID, after: last, limit: limit))
    }

    /// How many rows a ledger has, an environment's or one member's.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND` for a named member nobody knows. **Cost** Linear in the
    /// members.
    package func ledgerRowCount(member externalUserID: String? = nil, by caller: WalletCaller) async throws -> Int64 {
        try caller.requireOrganisation()
        guard let externalUserID else {
            return try await context.pool.first(MemberStore.ledgerRowCount(caller.environment)) ?? 0
        }
        let id = try WalletRule.externalUserID(externalUserID)
        guard let row = try await context.pool.first(MemberStore.find(id, caller.environment)) else {
            throw WalletError.unknownMember
        }
        return row.account.sequence
    }
}
