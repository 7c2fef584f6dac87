import PostgreSQL
import Rewards

extension WalletContext {
    /// Places a hold within a transaction, which locks the member's row here.
    ///
    /// **Errors** `NOT_FOUND`, `INSUFFICIENT_POINTS`, `CONFLICT`.
    func placeHold(
        _ holdID: String, of id: String, amount: Int64, reason: String?, expiresAt: PostgresTimestamp,
        _ environment: WalletEnvironment, now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> WalletHold {
        let (members, counts) = try await connection.pipeline(
            MemberStore.lock(id, environment), HoldStore.activeCount(ofMember: id, environment))
        guard let row = members.first, row.archivedAt == nil else { throw WalletError.unknownMember }
        let account = try row.account.holding(amount)
        guard counts.first ?? 0 < WalletHolds.activeMax else {
            throw WalletError(
                .conflict, "the member has \(WalletHolds.activeMax) active holds: capture or release one first")
        }
        let (held, _) = try await connection.pipeline(
            HoldStore.insert(
                id: holdID, member: id, amount: amount, reason: reason, expiresAt: expiresAt, environment, now: now),
            MemberStore.setHeld(account.held, of: id, environment))
        guard let hold = held.first?.hold else {
            throw WalletError(.internalFault, "the hold was not written: send the request again")
        }
        _ = try await connection.pipeline([notice(hold, environment, now: now)])
        return hold
    }

    /// The hold and its member's row, which is locked first, as placing a hold does; nil for an unknown hold.
    func lockHold(
        _ holdID: String, _ environment: WalletEnvironment, on connection: PostgresConnection
    ) async throws -> (WalletHold, MemberStore.Row)? {
        guard let find = HoldStore.find(id: holdID, environment), let seen = try await connection.first(find) else {
            return nil
        }
        let (members, rows) = try await connection.pipeline(
            MemberStore.lock(seen.hold.externalUserID, environment), find)
        guard let member = members.first, let row = rows.first else { return nil }
        return (row.hold, member)
    }

    /// Debits points of an active hold and ends it; the member's row must be locked.
    ///
    /// **Errors** `VALIDATION` when a lifetime total would overflow.
    func capture(
        _ hold: WalletHold, _ points: Int64, of member: MemberStore.Row, _ environment: WalletEnvironment,
        now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> WalletHold {
        let posted = try post(
            .capture, amount: -points, reason: hold.reason ?? WalletLabel.capture, holdID: hold.id,
            to: hold.externalUserID, account: try member.account.releasing(hold.amount), environment, now: now)
        return try await end(
            hold, .captured, captured: points, environment, now: now, with: posted.statements, on: connection)
    }

    /// Ends an active hold without a debit; the member's row must be locked.
    func release(
        _ hold: WalletHold, of member: MemberStore.Row, _ environment: WalletEnvironment, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> WalletHold {
        let account = try member.account.releasing(hold.amount)
        return try await end(
            hold, .released, captured: 0, environment, now: now,
            with: [MemberStore.setHeld(account.held, of: hold.externalUserID, environment)], on: connection)
    }

    private func end(
        _ hold: WalletHold, _ status: HoldStatus, captured: Int64, _ environment: WalletEnvironment,
        now: PostgresTimestamp, with statements: [PostgresStatement], on connection: PostgresConnection
    ) async throws -> WalletHold {
        // The clock of this process may be behind that of the one which placed the hold.
        let endedAt = max(now, hold.createdAt)
        let ended = HoldStore.end(id: hold.id, status, captured: captured, environment, now: endedAt)
        guard let ended = try await connection.first(ended)?.hold else {
            throw WalletError(.internalFault, "the hold ended under the lock on its member: report this")
        }
        _ = try await connection.pipeline(statements + [notice(ended, environment, now: now)])
        return ended
    }

    /// The event of the status that a hold has entered.
    func notice(_ hold: WalletHold, _ environment: WalletEnvironment, now: PostgresTimestamp) -> PostgresStatement {
        event(hold.status.event, environment, .members(hold.fields), now: now)
    }
}
