package import Access
package import Cosmo
package import Inbox
package import Issuance
package import PostgreSQL
package import Preferences
package import Programs
package import Spending
package import Wallet

/// The rooms of the business as the door needs them: what composition has made.
package struct MultibrandRooms: Sendable {
    /// The database, for the reads that are a query and no more.
    package var pool: PostgresPool
    /// What the use cases of preferences share.
    package var preferences: PreferencesContext
    /// Preferences from memory, watched for changes.
    package var preferencesReader: PreferencesReader
    /// Derives preferences again from the inbox.
    package var rebuildPreferences: RebuildPreferences
    /// Programs and the plugins in force.
    package var catalogue: ProgramCatalogue
    /// What a change of a program does elsewhere.
    package var programsEffects: ProgramsEffects
    /// Reads Cosmo's catalogue.
    package var refreshPrograms: RefreshPrograms
    /// Cosmo itself, for what is asked on behalf of a caller.
    package var cosmo: any CosmoAPI
    /// Records spends, many to a commit.
    package var recordSpend: RecordSpend
    /// Shows what recording a spend would do.
    package var previewSpend: PreviewSpend
    /// Takes refunds back from what was earned.
    package var refunds: RefundCalls
    /// Decides parked legs again.
    package var retryParkedLegs: RetryParkedLegs
    /// Decides held money on demand.
    package var releaseHeld: ReleaseHeld
    /// Tells which positions wait for their program's minimum.
    package var positionMinimums: PositionMinimums
    /// Plans a parked issuance again.
    package var retryIssuance: RetryIssuance
    /// Settles an issuance by an operator's evidence.
    package var resolveIssuance: ResolveIssuance
    /// Writes off debts.
    package var writeOffDebt: WriteOffDebt
    /// Compares a day with Cosmo's transactions.
    package var reconcileDay: ReconcileDay
    /// Begins and ends recoveries.
    package var recoveryDesk: RecoveryDesk
    /// Takes what only Cosmo knows into the books.
    package var adoptIssuance: AdoptIssuance
    /// Webhook deliveries.
    package var inbox: Inbox
    /// What the use cases of the wallet share.
    package var wallet: WalletContext
    /// Knows API clients by their keys.
    package var authenticator: Authenticator
    /// The clock of every room.
    package var now: @Sendable () -> PostgresTimestamp
    /// Counts for operators, gathered over all rooms.
    package var overview: @Sendable () async throws -> ServiceOverview

    /// Takes what composition has made.
    package init(
        pool: PostgresPool, preferences: PreferencesContext, preferencesReader: PreferencesReader,
        rebuildPreferences: RebuildPreferences,
        catalogue: ProgramCatalogue, programsEffects: ProgramsEffects, refreshPrograms: RefreshPrograms,
        cosmo: any CosmoAPI, recordSpend: RecordSpend, previewSpend: PreviewSpend,
        refunds: RefundCalls, retryParkedLegs: RetryParkedLegs, releaseHeld: ReleaseHeld,
        positionMinimums: PositionMinimums, retryIssuance: RetryIssuance,
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
        self.positionMinimums = positionMinimums
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
