public import Access
public import Cosmo
public import Inbox
public import Issuance
public import PostgreSQL
public import Preferences
public import Programs
public import Spending
public import Wallet

/// The rooms of the business as the door needs them: what composition has made.
public struct MultibrandRooms: Sendable {
    /// The database, for the reads that are a query and no more.
    public var pool: PostgresPool
    /// What the use cases of preferences share.
    public var preferences: PreferencesContext
    /// Preferences from memory, watched for changes.
    public var preferencesReader: PreferencesReader
    /// Derives preferences again from the inbox.
    public var rebuildPreferences: RebuildPreferences
    /// Programs and the plugins in force.
    public var catalogue: ProgramCatalogue
    /// What a change of a program does elsewhere.
    public var programsEffects: ProgramsEffects
    /// Reads Cosmo's catalogue.
    public var refreshPrograms: RefreshPrograms
    /// Cosmo itself, for what is asked on behalf of a caller.
    public var cosmo: any CosmoAPI
    /// Records spends, many to a commit.
    public var recordSpend: RecordSpend
    /// Shows what recording a spend would do.
    public var previewSpend: PreviewSpend
    /// Takes refunds back from what was earned.
    public var refunds: RefundCalls
    /// Decides parked legs again.
    public var retryParkedLegs: RetryParkedLegs
    /// Decides held money on demand.
    public var releaseHeld: ReleaseHeld
    /// Plans a parked issue again.
    public var retryIssuance: RetryIssuance
    /// Settles an issue by an operator's evidence.
    public var resolveIssuance: ResolveIssuance
    /// Writes off debts.
    public var writeOffDebt: WriteOffDebt
    /// Compares a day with Cosmo's transactions.
    public var reconcileDay: ReconcileDay
    /// Begins and ends recoveries.
    public var recoveryDesk: RecoveryDesk
    /// Takes what only Cosmo knows into the books.
    public var adoptIssuance: AdoptIssuance
    /// Webhook deliveries.
    public var inbox: Inbox
    /// What the use cases of the wallet share.
    public var wallet: WalletContext
    /// Knows API clients by their keys.
    public var authenticator: Authenticator
    /// The clock of every room.
    public var now: @Sendable () -> PostgresTimestamp
    /// Counts for operators, gathered over all rooms.
    public var overview: @Sendable () async throws -> ServiceOverview

    /// Takes what composition has made.
    public init(
        pool: PostgresPool, preferences: PreferencesContext, preferencesReader: PreferencesReader,
        rebuildPreferences: RebuildPreferences,
        catalogue: ProgramCatalogue, programsEffects: ProgramsEffects, refreshPrograms: RefreshPrograms,
        cosmo: any CosmoAPI, recordSpend: RecordSpend, previewSpend: PreviewSpend,
        refunds: RefundCalls, retryParkedLegs: RetryParkedLegs, releaseHeld: ReleaseHeld,
        retryIssuance: RetryIssuance,
        resolveIssuance: ResolveIssuance, writeOffDebt: WriteOffDebt, reconcileDay: ReconcileDay,
        recoveryDesk: RecoveryDesk, adoptIssuance: AdoptIssuance, inbox: Inbox,
        wallet: WalletContext, authenticator: Authenticator,
        now: @escaping @Sendable () -> PostgresTimestamp,
        overview: @escaping @Sendable () async throws -> ServiceOverview
    ) {
        self.pool = pool
        self.preferences = preferences
        self.preferencesReader = preferencesReader
        self.rebuildPreferences = rebuildPreferences
        self.catalogue = catalogue
        self.programsEffects = programsEffects
        self.refreshPrograms = refreshPrograms
        self.cosmo = cosmo
        self.recordSpend = recordSpend
        self.previewSpend = previewSpend
        self.refunds = refunds
        self.retryParkedLegs = retryParkedLegs
        self.releaseHeld = releaseHeld
        self.retryIssuance = retryIssuance
        self.resolveIssuance = resolveIssuance
        self.writeOffDebt = writeOffDebt
        self.reconcileDay = reconcileDay
        self.recoveryDesk = recoveryDesk
        self.adoptIssuance = adoptIssuance
        self.inbox = inbox
        self.wallet = wallet
        self.authenticator = authenticator
        self.now = now
        self.overview = overview
    }
}
