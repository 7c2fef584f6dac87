package import PostgreSQL
import Rewards

/// The prepaid pool: top up, mark, read.
package struct WalletPools: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// The pool, or nil while there is none and live credits are not limited.
    package func read() async throws -> WalletPoolState? {
        try await context.pool.first(PoolStore.find)?.state
    }

    /// Adds points to the pool, making it on the first top-up; sends `org.points.purchased`.
    ///
    /// - Parameter lowWaterMark: the mark from now on; nil keeps it.
    /// **Errors** `VALIDATION`, also when the pool would pass 2^53 - 1; `FORBIDDEN` outside LIVE;
    /// `IDEMPOTENCY_KEY_REUSED`.
    package func topUp(
        amount: Int64, reference: String, lowWaterMark: Int64? = nil, by caller: WalletCaller,
        idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletPoolState> {
        try Self.requireLive(caller)
        try WalletRule.amount(amount)
        try WalletRule.text(reference, field: .reference, charactersMax: 255)
        if let lowWaterMark { try Self.check(mark: lowWaterMark) }
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest(
            "TopUpPool",
            [
                ("amount", .integer(amount)), ("reference", .string(reference)),
                ("lowWaterMark", lowWaterMark.map(JSONValue.integer)),
            ])
        return try await context.write(request, caller, idempotency, in: [.pool], now: now) { connection in
            guard let before = try await connection.pipeline(PoolStore.make(now: now), PoolStore.lock).1.first else {
                throw WalletError(.internalFault, "the pool was removed meanwhile: try again")
            }
            let balance = before.state.balance + amount
            guard balance <= WalletRule.pointsMax else {
                throw WalletError(.validation, "the pool would pass \(WalletRule.pointsMax) points", field: .amount)
            }
            let state = WalletPoolState(balance: balance, lowWaterMark: lowWaterMark ?? before.state.lowWaterMark)
            let data = JSONValue.members([("amount", .integer(amount)), ("balance", .integer(balance))])
            _ = try await connection.pipeline(
                PoolStore.write(
                    state, isLow: balance < state.lowWaterMark, sequence: before.sequence + 1, amount: amount,
                    reference: reference, now: now) + [context.event(.poolPurchased, .live, data, now: now)])
            return state
        }
    }

    /// Sets the mark below which the pool counts as low; sends `org.points.low` when that makes it low.
    ///
    /// **Errors** `VALIDATION`; `FORBIDDEN` outside LIVE; `NOT_FOUND` before the first top-up;
    /// `IDEMPOTENCY_KEY_REUSED`.
    package func setLowWaterMark(
        _ mark: Int64, by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletPoolState> {
        try Self.requireLive(caller)
        try Self.check(mark: mark)
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("SetPoolLowWaterMark", [("lowWaterMark", .integer(mark))])
        return try await context.write(request, caller, idempotency, in: [.pool], now: now) { connection in
            guard let before = try await connection.first(PoolStore.lock) else {
                throw WalletError(.notFound, "there is no pool yet: top it up first")
            }
            let state = WalletPoolState(balance: before.state.balance, lowWaterMark: mark)
            let isLow = state.balance < mark
            var statements = [PoolStore.mark(mark, isLow: isLow)]
            if isLow, !before.isLow { statements.append(context.event(.poolLow, .live, state.eventData, now: now)) }
            _ = try await connection.pipeline(statements)
            return state
        }
    }

    private static func requireLive(_ caller: WalletCaller) throws(WalletError) {
        try caller.requireOrganisation()
        guard caller.environment == .live else { throw WalletError(.forbidden, "only LIVE has a pool") }
    }

    private static func check(mark: Int64) throws(WalletError) {
        guard (0...WalletRule.pointsMax).contains(mark) else {
            throw WalletError(
                .validation, "\(.lowWaterMark) must be from 0 to \(WalletRule.pointsMax)", field: .lowWaterMark)
        }
    }
}
