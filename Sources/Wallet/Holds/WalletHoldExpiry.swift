package import Logging
package import PostgreSQL
import Waiting

/// Ends holds whose time has run out, each at its time.
///
/// **Guarantees** A hold that is captured or released at that moment ends once: both happen under the lock on the
/// member's row. **Concurrency** Any number of processes may run one; a hold that another one has ended is passed over.
package struct WalletHoldExpiry: Sendable {
    /// The most members that one pass handles.
    static let membersMax = 100
    /// How long it waits for a member whose row is busy, before it takes the next.
    static let patience = Duration.milliseconds(200)

    private let context: WalletContext
    private let loop: WorkLoop
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the worker.
    ///
    /// - Parameter poll: How often it looks while there are commits; new holds are found then.
    package init(
        context: WalletContext, poll: Duration = .seconds(1),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        self.context = context
        self.now = now
        loop = WorkLoop(
            "expiring holds", poll: poll, rest: .init(until: context.pool.commits),
            backoff: Backoff(base: .seconds(1), cap: .seconds(30), jitter: .equal), logger: logger)
    }

    /// Works until its task is cancelled.
    package func run() async {
        await loop.run {
            if try await expire() > 0 { return .more }
            let next = try await context.pool.first(HoldStore.nextExpiry()) ?? nil
            return .idle(atMost: next.map { $0.duration(since: now()) })
        }
    }

    /// Ends the overdue holds of up to ``membersMax`` members.
    ///
    /// A member whose row is busy, or whose totals refuse the change, does not keep the others waiting.
    ///
    /// - Returns: The number of members whose holds were ended; 0 when nothing is overdue.
    /// **Errors** What went wrong with the last member, once the others were done and nothing was ended.
    package func expire() async throws -> Int {
        let now = WalletTime.milliseconds(self.now())
        let members = try await context.pool.all(HoldStore.overdue(now: now, limit: Self.membersMax))
        var ended = 0
        var failure: (any Error)?
        for (environment, id) in members {
            do {
                let count = try await expire(member: id, environment, now: now)
                HoldMetrics.count(.expired, environment, count)
                ended += 1
            } catch {
                if Task.isCancelled { throw error }
                failure = error
            }
        }
        if ended == 0, let failure { throw failure }
        return ended
    }

    private func expire(
        member id: String, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) async throws -> Int {
        try await context.transaction(in: .member(id), environment, patience: Self.patience) { connection in
            let (locked, rows) = try await connection.pipeline(
                MemberStore.lock(id, environment), HoldStore.expire(member: id, environment, now: now))
            guard let member = locked.first, !rows.isEmpty else { return 0 }
            let account = try member.account.releasing(rows.reduce(0) { $0 + $1.hold.amount })
            _ = try await connection.pipeline(
                [MemberStore.setHeld(account.held, of: id, environment)]
                    + rows.map { context.notice($0.hold, environment, now: now) })
            return rows.count
        }
    }
}
