public import PostgreSQL

/// What this room needs to know of programs; composition fills it from the room that has the catalogue.
public struct ProgramFacts: Sendable {
    /// Whether the catalogue has a program.
    public let isKnown: @Sendable (_ programID: String) -> Bool
    /// The names of the fields a program requires in an account; nil when the catalogue does not say.
    public let requiredFields: @Sendable (_ programID: String) -> [String]?

    /// Whether a program pays into the house's own wallet, to the card's user: its links need no account, and nobody is
    /// asked about one.
    public let paysIntoWallet: @Sendable (_ programID: String) -> Bool

    /// Makes the facts.
    public init(
        isKnown: @escaping @Sendable (_ programID: String) -> Bool,
        requiredFields: @escaping @Sendable (_ programID: String) -> [String]?,
        paysIntoWallet: @escaping @Sendable (_ programID: String) -> Bool = { _ in false }
    ) {
        self.isKnown = isKnown
        self.requiredFields = requiredFields
        self.paysIntoWallet = paysIntoWallet
    }
}

/// What else happens in the transactions of this room; composition fills it from the rooms concerned.
public struct PreferencesEffects: Sendable {
    /// A link became valid, or its account changed: issuance must look at the pair again.
    public let onLinkUsable: @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement]
    /// Issuing for a pair begins to wait, or ceases to: issuance must look at it again.
    public let onWaitChanged: @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement]
    /// These deliveries wait for a decision: show them as held, with the reason.
    public let holdDeliveries: @Sendable (_ inboxIDs: [Int64], _ reason: HeldReason) -> [PostgresStatement]
    /// These deliveries no longer wait for a decision.
    public let releaseDeliveries: @Sendable (_ inboxIDs: [Int64]) -> [PostgresStatement]

    /// Makes the effects; nothing more happens by default.
    public init(
        onLinkUsable: @escaping @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement] = { _, _ in []
        },
        onWaitChanged: @escaping @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement] = { _, _ in
            []
        },
        holdDeliveries: @escaping @Sendable (_ inboxIDs: [Int64], _ reason: HeldReason) -> [PostgresStatement] = {
            _, _ in []
        },
        releaseDeliveries: @escaping @Sendable (_ inboxIDs: [Int64]) -> [PostgresStatement] = { _ in [] }
    ) {
        self.onLinkUsable = onLinkUsable
        self.onWaitChanged = onWaitChanged
        self.holdDeliveries = holdDeliveries
        self.releaseDeliveries = releaseDeliveries
    }
}

/// How events that may be retries are dealt with.
public struct RetryRule: Sendable, Hashable {
    /// How long after a delivery its sender may still send it again.
    public var window: Duration
    /// How long issuing for a held pair waits for a decision; zero for as long as it is held.
    public var heldWait: Duration

    /// Makes a rule.
    public init(window: Duration = .seconds(86_400), heldWait: Duration = .seconds(259_200)) {
        self.window = window
        self.heldWait = heldWait
    }
}

/// Which of some deliveries were answered while their sender waited, as far as is stored; composition fills it from the
/// room that has the inbox.
public typealias AnswerLookup =
    @Sendable (_ connection: PostgresConnection, _ inboxIDs: [Int64]) async throws -> Set<Int64>

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

/// The channel on which a change of a card's preference is announced to every process, with the card's id as payload.
public let preferencesChangedChannel = "preferences_changed"
