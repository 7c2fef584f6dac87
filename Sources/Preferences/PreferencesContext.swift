package import Cards
package import Deliveries
package import PostgreSQL

/// What the use cases of this room share.
package struct PreferencesContext: Sendable {
    /// The database.
    package let pool: PostgresPool
    /// What to know of programs.
    package let programs: ProgramFacts
    /// Has positions planned again when a link becomes usable, or a wait of issuing begins or ends.
    package let positions: any PositionPlans
    /// What the inbox knows and shows of the deliveries that events came with.
    package let deliveries: any DeliveryBook
    /// When an event may be a retry, and how long issuing waits for a decision.
    package let retryRule: RetryRule
    /// The clock.
    package let now: @Sendable () -> PostgresTimestamp
    /// Called after a commit that changed a card, so that this process reads its own writes.
    package let onChanged: @Sendable (_ cardID: String) -> Void

    /// Makes a context.
    package init(
        pool: PostgresPool, programs: ProgramFacts, positions: any PositionPlans, deliveries: any DeliveryBook,
        retryRule: RetryRule = RetryRule(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onChanged: @escaping @Sendable (_ cardID: String) -> Void = { _ in }
    ) {
        self.pool = pool
        self.programs = programs
        self.positions = positions
        self.deliveries = deliveries
        self.retryRule = retryRule
        self.now = now
        self.onChanged = onChanged
    }
}
