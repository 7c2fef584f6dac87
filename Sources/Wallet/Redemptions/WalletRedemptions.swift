package import PostgreSQL
import Rewards

/// Redemptions: redeem, cancel, move, read (contract section 8.4, and U1 for the cancel).
package struct WalletRedemptions: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Redeems an offer: the check of the balance and the debit are one step under the member's row lock.
    ///
    /// **Guarantees** The price debited is the offer's at this moment. A price of null or 0 writes no ledger row.
    /// **Errors** In this order (contract U19): `FORBIDDEN`, `VALIDATION`, `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`
    /// (member, then offer; `UNAUTHORIZED` for the token of an archived member), `OFFER_UNAVAILABLE`,
    /// `REDEMPTION_ALREADY_EXISTS`, `INSUFFICIENT_POINTS`.
    package func redeem(
        offer offerID: String, named: String? = nil, by caller: WalletCaller, idempotency: WalletIdempotency? = nil,
        now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletRedemption> {
        let id = try caller.subject(named: named)
        try WalletRule.text(offerID, field: .offer, charactersMax: 255, isEmptyAllowed: false)
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("Redeem", [("offer", .string(offerID)), ("externalUserID", .string(id))])
        let redemptionID = context.makeID("red_")
        return try await context.write(
            request, caller, idempotency, in: [.member(id)], now: now,
            own: { connection in
                let (_, rows) = try await connection.pipeline(
                    MemberStore.lock(id, environment), RedemptionStore.find(id: redemptionID, environment))
                return rows?.first?.redemption
            }
        ) { connection in
            let (members, offers, liveCount) = try await connection.pipeline(
                MemberStore.lock(id, environment), OfferStore.find(id: offerID, environment),
                RedemptionStore.findLive(member: id, offer: offerID, environment))
            let member = try active(members.first, caller)
            guard let offer = offers.first else { throw WalletError.unknownOffer }
            guard offer.isAvailable(at: now) else {
                throw WalletError(.offerUnavailable, "the offer has expired: choose another")
            }
            guard liveCount == 0 else {
                throw WalletError(
                    .redemptionAlreadyExists, "this member has a redemption of this offer: cancel it to redeem again")
            }
            let price = offer.pointsPrice ?? 0
            var statements: [PostgresStatement] = []
            if price > 0 {
                statements = try context.post(
                    .spend, amount: -price, reason: WalletLabel.spend, redemptionID: redemptionID, to: id,
                    account: member.account, environment, now: now
                ).statements
            }
            guard
                let row = try await connection.first(
                    RedemptionStore.insert(
                        id: redemptionID, member: id, offer: offerID, pointsDebited: price, environment, now: now))
            else { throw WalletError(.internalFault, "the redemption was not written: send the request again") }
            _ = try await connection.pipeline([notice(row, environment, now: now)] + statements)
            return row.redemption
        }
    }

    /// Cancels a redemption and gives back what it took, once; canceling a canceled one answers with it again.
    ///
    /// **Guarantees** The refund is what was debited, under the same redemption id, whatever the offer costs by now.
    /// **Errors** `NOT_FOUND` (also for another member's), `CONFLICT` for a completed one, `IDEMPOTENCY_KEY_REUSED`,
    /// `VALIDATION` when a lifetime total would overflow.
    package func cancel(
        id redemptionID: String, by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletRedemption> {
        let environment = caller.environment
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("CancelRedemption", [("id", .string(redemptionID))])
        let lines = try await lines(ofRedemption: redemptionID, caller)
        return try await context.write(request, caller, idempotency, in: lines, now: now) { connection in
            let (row, member) = try await lock(redemptionID, caller, on: connection)
            switch row.redemption.status {
            case .canceled: return row.redemption
            case .completed:
                throw WalletError(.conflict, "a completed redemption cannot be canceled")
            case .submitted, .open, .awaitingVendor, .awaitingCustomer, .purchased: break
            }
            guard member.archivedAt == nil else {
                throw WalletError(.conflict, "the member was removed: upsert the member before canceling")
            }
            var statements: [PostgresStatement] = []
            if row.pointsDebited > 0 {
                statements = try context.post(
                    .refund, amount: row.pointsDebited, reason: WalletLabel.refund, redemptionID: redemptionID,
                    to: row.externalUserID, account: member.account, environment, now: now
                ).statements
            }
            return try await set(.canceled, on: row, environment, now: now, extra: statements, on: connection)
        }
    }

    /// Moves a redemption forward; moving to its present status answers with it and sends no event.
    ///
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` for a move backwards, out of an end, or to `CANCELED`.
    package func move(
        id redemptionID: String, to status: RedemptionStatus, startAt: PostgresTimestamp? = nil,
        endAt: PostgresTimestamp? = nil, by caller: WalletCaller, idempotency: WalletIdempotency? = nil,
        now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletRedemption> {
        try caller.requireOrganisation()
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest(
            "MoveRedemption",
            [
                ("id", .string(redemptionID)), ("status", .string(status.rawValue)),
                ("startAt", startAt.map { .string(WalletTime.text($0)) }),
                ("endAt", endAt.map { .string(WalletTime.text($0)) }),
            ])
        let lines = try await lines(ofRedemption: redemptionID, caller)
        return try await context.write(request, caller, idempotency, in: lines, now: now) { connection in
            let (row, _) = try await lock(redemptionID, caller, on: connection)
            if row.redemption.status == status { return row.redemption }
            guard row.redemption.status.moves(to: status) else {
                throw WalletError(
                    .conflict,
                    "a redemption moves forward only, and not out of COMPLETED or CANCELED; use cancel to cancel")
            }
            return try await set(
                status, on: row, caller.environment, now: now, startAt: startAt, endAt: endAt, on: connection)
        }
    }

    /// One redemption.
    ///
    /// **Errors** `NOT_FOUND`, also for another member's.
    package func get(id redemptionID: String, by caller: WalletCaller) async throws -> WalletRedemption {
        let row = try await find(redemptionID, caller.environment)
        guard let row, isVisible(row, to: caller) else { throw WalletError.unknownRedemption }
        return row.redemption
    }

    /// One redemption with its member and what it was debited, for the organisation.
    ///
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`.
    package func details(
        id redemptionID: String, by caller: WalletCaller
    ) async throws -> (redemption: WalletRedemption, externalUserID: String, pointsDebited: Int64) {
        try caller.requireOrganisation()
        let row = try await find(redemptionID, caller.environment)
        guard let row else { throw WalletError.unknownRedemption }
        return (row.redemption, row.externalUserID, row.pointsDebited)
    }

    /// A page of a member's redemptions, newest first.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND` for a named member nobody knows.
    package func list(
        named: String? = nil, status: RedemptionStatus? = nil, page request: WalletPageRequest, by caller: WalletCaller
    ) async throws -> WalletPage<WalletRedemption> {
        let id = try caller.subject(named: named)
        let listing = WalletListing("redemptions", caller.environment, id, status?.rawValue ?? "")
        let before = try request.before(in: listing)
        let member = caller.actor == .organisation ? MemberStore.find(id, caller.environment) : nil
        let (members, rows) = try await context.pool.withConnection { connection in
            try await connection.pipeline(
                member,
                RedemptionStore.page(
                    member: id, status: status, caller.environment, before: before, limit: request.limit + 1))
        }
        if let members, members.isEmpty { throw WalletError.unknownMember }
        let page = request.page(rows, in: listing) { $0.sequence }
        return WalletPage(items: page.items.map(\.redemption), nextCursor: page.nextCursor)
    }

    private func find(_ redemptionID: String, _ environment: WalletEnvironment) async throws -> RedemptionStore.Row? {
        guard let query = RedemptionStore.find(id: redemptionID, environment) else { return nil }
        return try await context.pool.first(query)
    }

    private func active(_ row: MemberStore.Row?, _ caller: WalletCaller) throws(WalletError) -> MemberStore.Row {
        if let row, row.archivedAt == nil { return row }
        guard caller.actor == .organisation else {
            throw WalletError(.unauthorized, "the token's member was removed: exchange a token for another member")
        }
        throw WalletError.unknownMember
    }

    /// The line of the member whose redemption it is, which never changes; none when the caller has no such redemption.
    ///
    /// **Cost** One round trip.
    private func lines(ofRedemption redemptionID: String, _ caller: WalletCaller) async throws -> [WriteLine] {
        let row = try await context.pool.reading { try await find(redemptionID, caller.environment) }
        guard let row, isVisible(row, to: caller) else { return [] }
        return [.member(row.externalUserID)]
    }

    /// Locks the member first and reads the redemption under that lock, as redeeming does, so that two never deadlock.
    private func lock(
        _ redemptionID: String, _ caller: WalletCaller, on connection: PostgresConnection
    ) async throws -> (RedemptionStore.Row, MemberStore.Row) {
        guard let find = RedemptionStore.find(id: redemptionID, caller.environment),
            let seen = try await connection.first(find), isVisible(seen, to: caller)
        else { throw WalletError.unknownRedemption }
        let (members, rows) = try await connection.pipeline(
            MemberStore.lock(seen.externalUserID, caller.environment), find)
        guard let member = members.first, let row = rows.first else { throw WalletError.unknownRedemption }
        return (row, member)
    }

    private func set(
        _ status: RedemptionStatus, on row: RedemptionStore.Row, _ environment: WalletEnvironment,
        now: PostgresTimestamp, startAt: PostgresTimestamp? = nil, endAt: PostgresTimestamp? = nil,
        extra: [PostgresStatement] = [], on connection: PostgresConnection
    ) async throws -> WalletRedemption {
        guard
            let changed = try await connection.first(
                RedemptionStore.setStatus(
                    id: row.redemption.id, status, startAt: startAt, endAt: endAt, environment, now: now))
        else { throw WalletError.unknownRedemption }
        _ = try await connection.pipeline([notice(changed, environment, now: now)] + extra)
        return changed.redemption
    }

    private func notice(
        _ row: RedemptionStore.Row, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> PostgresStatement {
        let data = row.redemption.fields + [("externalUserID", .string(row.externalUserID))]
        return context.event(row.redemption.status.event, environment, .members(data), now: now)
    }

    private func isVisible(_ row: RedemptionStore.Row, to caller: WalletCaller) -> Bool {
        caller.actor == .organisation || caller.actor == .member(externalUserID: row.externalUserID)
    }
}
