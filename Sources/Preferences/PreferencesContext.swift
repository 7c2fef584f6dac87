public import PostgreSQL

/// What the use cases of this room share.
public struct PreferencesContext: Sendable {
    /// The database.
    public let pool: PostgresPool
    /// What to know of programs.
    public let programs: ProgramFacts
    /// What else happens in a transaction.
    public let effects: PreferencesEffects
    /// When an event may be a retry, and how long issuing waits for a decision.
    public let retryRule: RetryRule
    /// Which deliveries were answered in time.
    public let answers: AnswerLookup
    /// The clock.
    public let now: @Sendable () -> PostgresTimestamp
    /// Called after a commit that changed a card, so that this process reads its own writes.
    public let onChanged: @Sendable (_ cardID: String) -> Void

    /// Makes a context.
    public init(
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
