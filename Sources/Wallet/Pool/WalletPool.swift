import PostgreSQL
import Rewards

extension WalletContext {
    /// Locks the pool that the credits of an environment draw from; nil when they draw from none.
    func poolLock(_ environment: WalletEnvironment) -> Query<PoolStore.Row>? {
        drawsFromPool(environment) ? PoolStore.lock : nil
    }

    /// The line of the pool's row, if a credit draws from it.
    func poolLine(_ environment: WalletEnvironment) -> [WriteLine] { drawsFromPool(environment) ? [.pool] : [] }

    private func drawsFromPool(_ environment: WalletEnvironment) -> Bool {
        environment == .live && settings.isPoolEnabled
    }

    /// The statements that draw a credit from the locked pool, all or nothing; none when there is no pool.
    ///
    /// **Errors** `INSUFFICIENT_ORG_POINTS`.
    func draw(
        _ amount: Int64, reference: String, from pool: PoolStore.Row?, now: PostgresTimestamp
    ) throws(WalletError) -> [PostgresStatement] {
        guard let pool else { return [] }
        let balance = pool.state.balance - amount
        guard balance >= 0 else {
            throw WalletError(
                .insufficientOrgPoints, "the prepaid pool does not cover this credit: top it up and retry")
        }
        let drawn = PostingBatch.Draw(points: amount, balanceAfter: balance, transactionID: reference)
        return draw([drawn], from: pool, now: now)
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
