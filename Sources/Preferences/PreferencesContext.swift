package import PostgreSQL

/// What the use cases of this room share.
package struct PreferencesContext: Sendable {
    /// The database.
    package let pool: PostgresPool
    /// What to know of programs.
    package let programs: ProgramFacts
    /// What else happens in a transaction.
    package let effects: PreferencesEffects
    /// When an event may be a retry, and how long issuing waits for a decision.
    package let retryRule: RetryRule
    /// Which deliveries were answered in time.
    package let answers: AnswerLookup
    /// The clock.
    package let now: @Sendable () -> PostgresTimestamp
    /// Called after a commit that changed a card, so that this process reads its own writes.
    package let onChanged: @Sendable (_ cardID: String) -> Void

    /// Makes a context.
    package init(
        pool: PostgresPool, programs: ProgramFacts, effects: PreferencesEffects = PreferencesEffects(),
        retryRule: RetryRule = RetryRule(), answers: @escaping AnswerLookup = { _, _ in [] },
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onChanged: @escaping @Sendable (_ cardID: String) -> Void = { _ in }
    ) {
        self.pool = pool
        self.programs = programs
        self.effects = effects
        self.retryRule = retryRule
        self.answers = answers
        self.now = now
        self.onChanged = onChanged
    }
}
