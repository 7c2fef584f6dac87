public import PostgreSQL
import Rewards

/// The prepaid pool as it is now (contract section 8.9); LIVE only.
public struct WalletPoolState: Sendable, Hashable {
    /// What live credits can still draw, in points.
    public let balance: Int64
    /// Below what balance `org.points.low` is sent, in points.
    public let lowWaterMark: Int64

    init(balance: Int64, lowWaterMark: Int64) {
        self.balance = balance
        self.lowWaterMark = lowWaterMark
    }

    /// What endpoints receive about a pool that is low.
    var eventData: JSONValue { .members([("balance", .integer(balance)), ("lowWaterMark", .integer(lowWaterMark))]) }
}

/// The prepaid pool: top up, mark, read.
public struct WalletPools: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    public init(_ context: WalletContext) { self.context = context }

    /// The pool, or nil while there is none and live credits are not limited.
    public func read() async throws -> WalletPoolState? {
        try await context.pool.withConnection { connection in try await PoolStore.find(on: connection)?.state }
    }

    /// Adds points to the pool, making it on the first top-up; sends `org.points.purchased`.
    ///
    /// - Parameter lowWaterMark: the mark from now on; nil keeps it.
    /// **Errors** `VALIDATION`, also when the pool would pass 2^53 - 1; `FORBIDDEN` outside LIVE; `IDEMPOTENCY_KEY_REUSED`.
    public func topUp(
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
        return try await context.write(request, caller, idempotency, now: now) { connection in
            let before = try await PoolStore.lockOrMake(now: now, on: connection)
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
    /// **Errors** `VALIDATION`; `FORBIDDEN` outside LIVE; `NOT_FOUND` before the first top-up; `IDEMPOTENCY_KEY_REUSED`.
    public func setLowWaterMark(
        _ mark: Int64, by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletPoolState> {
        try Self.requireLive(caller)
        try Self.check(mark: mark)
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("SetPoolLowWaterMark", [("lowWaterMark", .integer(mark))])
        return try await context.write(request, caller, idempotency, now: now) { connection in
            guard let before = try await PoolStore.lock(on: connection) else {
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

extension WalletContext {
    /// Draws a live credit from the pool, all or nothing; nothing to do when the pool is off or was never made.
    ///
    /// **Errors** `INSUFFICIENT_ORG_POINTS`.
    nonisolated(nonsending) func drawFromPool(
        _ amount: Int64, reference: String, _ environment: WalletEnvironment, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws {
        guard environment == .live, settings.isPoolEnabled, let pool = try await PoolStore.lock(on: connection) else {
            return
        }
        let balance = pool.state.balance - amount
        guard balance >= 0 else {
            throw WalletError(
                .insufficientOrgPoints, "the prepaid pool does not cover this credit: top it up and retry")
        }
        let drawn = PostingBatch.Draw(points: amount, balanceAfter: balance, transactionID: reference)
        _ = try await connection.pipeline(draw([drawn], from: pool, now: now))
    }

    /// The statements of draws that were decided over a pool that is locked, with the event when it became low by them.
    func draw(_ draws: [PostingBatch.Draw], from pool: PoolStore.Row, now: PostgresTimestamp) -> [PostgresStatement] {
        guard let last = draws.last else { return [] }
        let state = WalletPoolState(balance: last.balanceAfter, lowWaterMark: pool.state.lowWaterMark)
        let isLow = state.balance < state.lowWaterMark
        var statements = PoolStore.write(draws, after: pool.sequence, state: state, isLow: isLow, now: now)
        // Once per crossing, on the way down only.
        if isLow, !pool.isLow { statements.append(event(.poolLow, .live, state.eventData, now: now)) }
        return statements
    }
}
