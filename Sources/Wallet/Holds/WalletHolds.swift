package import PostgreSQL
import Rewards

/// Holds: place, capture, release, read. The contract knows none; they are our extension for purchases that another
/// system completes (docs/wallet.md).
package struct WalletHolds: Sendable {
    /// The longest that a hold can last.
    package static let lifetimeMax = Duration.seconds(30 * 86_400)
    /// The most active holds that a member can have.
    package static let activeMax: Int64 = 100

    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Sets points of a member aside: the check of what is available and the hold are one step under the member's row
    /// lock.
    ///
    /// - Parameters:
    ///   - amount: How many points, from 1.
    ///   - reason: What it is for, at most 500 characters.
    ///   - lifetime: After how long it expires, one second to 30 days in whole milliseconds; nil for the setting
    ///     `wallet.holdTime`.
    /// **Errors** In this order: `FORBIDDEN`, `VALIDATION`, `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`,
    /// `INSUFFICIENT_POINTS`, `CONFLICT` for a member with ``activeMax`` active holds.
    package func place(
        _ externalUserID: String, amount: Int64, reason: String? = nil, lifetime: Duration? = nil,
        by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletHold> {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(externalUserID)
        try WalletRule.amount(amount)
        try WalletRule.text(reason, field: .reason, charactersMax: 500)
        let reason = reason?.isEmpty == true ? nil : reason
        if let lifetime, !(.seconds(1)...Self.lifetimeMax).contains(lifetime) {
            throw WalletError(
                .validation, "\(.lifetime) must be from 1 second to \(Self.lifetimeMax.components.seconds) seconds",
                field: .lifetime)
        }
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let lifetime = lifetime ?? context.settings.holdLifetime
        let expiresAt = WalletTime.milliseconds(now.advanced(by: lifetime))
        let holdID = context.makeID("hold_")
        let request = WalletRequest(
            "PlaceHold",
            [
                ("externalUserID", .string(id)), ("amount", .integer(amount)), ("reason", reason.map(JSONValue.string)),
                ("lifetime", .integer(lifetime.components.seconds)),
            ])
        let answer = try await context.write(
            request, caller, idempotency, in: [.member(id)], now: now,
            own: { connection in
                let (_, rows) = try await connection.pipeline(
                    MemberStore.lock(id, environment), HoldStore.find(id: holdID, environment))
                return rows?.first?.hold
            }
        ) { connection in
            try await context.placeHold(
                holdID, of: id, amount: amount, reason: reason, expiresAt: expiresAt, environment, now: now,
                on: connection)
        }
        return HoldMetrics.count(answer, environment, at: now)
    }

    /// Debits what a purchase cost, all of the hold or a part of it, and sets the rest free, once.
    ///
    /// Idempotent: capturing the same amount again answers with the hold. One ledger row of the cause `capture` is
    /// written with it.
    ///
    /// - Parameter amount: How many points, from 1 to the hold's amount; nil for the whole hold.
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`, `VALIDATION` for more than the hold, `CONFLICT` for a hold that has ended
    /// otherwise or has expired, `IDEMPOTENCY_KEY_REUSED`.
    package func capture(
        id holdID: String, amount: Int64? = nil, by caller: WalletCaller, idempotency: WalletIdempotency? = nil,
        now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletHold> {
        try caller.requireOrganisation()
        if let amount { try WalletRule.amount(amount) }
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let seen = try await find(holdID, environment)
        // Two requests are one when they mean the same: the whole hold may be named by its amount.
        let request = WalletRequest(
            "CaptureHold", [("id", .string(holdID)), ("amount", (amount ?? seen?.amount).map(JSONValue.integer))])
        let lines = seen.map { [WriteLine.member($0.externalUserID)] } ?? []
        let answer = try await context.write(
            request, caller, idempotency, in: lines, now: now,
            own: { connection in
                let hold = try await lock(holdID, environment, on: connection).0
                return hold.status == .captured && hold.captured == amount ?? hold.amount ? hold : nil
            }
        ) { connection in
            let (hold, member) = try await lock(holdID, environment, on: connection)
            let points = amount ?? hold.amount
            switch hold.status {
            case .held: break
            case .captured where hold.captured == points: return hold
            case .captured:
                throw WalletError(.conflict, "the hold was captured with \(hold.captured) points; it is captured once")
            case .released: throw WalletError(.conflict, "the hold was released: place another")
            case .expired: throw WalletError.expiredHold
            }
            guard hold.expiresAt > now else { throw WalletError.expiredHold }
            guard points <= hold.amount else {
                throw WalletError(
                    .validation, "\(.amount) must be at most the \(hold.amount) points of the hold", field: .amount)
            }
            return try await context.capture(hold, points, of: member, environment, now: now, on: connection)
        }
        return HoldMetrics.count(answer, environment, at: now)
    }

    /// Ends a hold without a debit; releasing a released or expired one answers with it again.
    ///
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` for a captured one, `IDEMPOTENCY_KEY_REUSED`.
    package func release(
        id holdID: String, by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletHold> {
        try caller.requireOrganisation()
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("ReleaseHold", [("id", .string(holdID))])
        let seen = try await find(holdID, environment)
        let lines = seen.map { [WriteLine.member($0.externalUserID)] } ?? []
        let answer = try await context.write(
            request, caller, idempotency, in: lines, now: now,
            own: { connection in
                let hold = try await lock(holdID, environment, on: connection).0
                return hold.status == .released ? hold : nil
            }
        ) { connection in
            let (hold, member) = try await lock(holdID, environment, on: connection)
            switch hold.status {
            case .held: break
            case .released, .expired: return hold
            case .captured: throw WalletError(.conflict, "the hold was captured: credit the member to give points back")
            }
            return try await context.release(hold, of: member, environment, now: now, on: connection)
        }
        return HoldMetrics.count(answer, environment, at: now)
    }

    /// One hold.
    ///
    /// **Errors** `NOT_FOUND`, also for another member's.
    package func get(id holdID: String, by caller: WalletCaller) async throws -> WalletHold {
        guard let hold = try await find(holdID, caller.environment),
            caller.actor == .organisation || caller.actor == .member(externalUserID: hold.externalUserID)
        else { throw WalletError.unknownHold }
        return hold
    }

    /// A page of a member's holds, newest first; of every member's when an organisation names none.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND` for a named member nobody knows.
    package func list(
        named: String? = nil, status: HoldStatus? = nil, page request: WalletPageRequest, by caller: WalletCaller
    ) async throws -> WalletPage<WalletHold> {
        let isOrganisation = caller.actor == .organisation
        let id = isOrganisation && named == nil ? nil : try caller.subject(named: named)
        let listing = WalletListing("holds", caller.environment, id.map { "=\($0)" } ?? "", status?.rawValue ?? "")
        let before = try request.before(in: listing)
        let member = isOrganisation ? id.map { MemberStore.find($0, caller.environment) } : nil
        let (members, rows) = try await context.pool.withConnection { connection in
            try await connection.pipeline(
                member,
                HoldStore.page(
                    member: id, status: status, caller.environment, before: before, limit: request.limit + 1))
        }
        if let members, members.isEmpty { throw WalletError.unknownMember }
        let page = request.page(rows, in: listing) { $0.sequence }
        return WalletPage(items: page.items.map(\.hold), nextCursor: page.nextCursor)
    }

    private func find(_ holdID: String, _ environment: WalletEnvironment) async throws -> WalletHold? {
        guard let query = HoldStore.find(id: holdID, environment) else { return nil }
        return try await context.pool.reading { try await context.pool.first(query)?.hold }
    }

    /// Locks the member first and reads the hold under that lock, as placing it does.
    private func lock(
        _ holdID: String, _ environment: WalletEnvironment, on connection: PostgresConnection
    ) async throws -> (WalletHold, MemberStore.Row) {
        guard let found = try await context.lockHold(holdID, environment, on: connection) else {
            throw WalletError.unknownHold
        }
        return found
    }
}

extension WalletError {
    fileprivate static let unknownHold = WalletError(
        .notFound, "no hold has that id in this environment: check the id and the environment")
    fileprivate static let expiredHold = WalletError(
        .conflict, "the hold has expired and its points are available again: place another")
}
