public import Access
public import Cosmo
public import Inbox
public import Issuance
public import PostgreSQL
public import Preferences
public import Programs
public import Spending

/// The rooms of the business as the door needs them: what composition has made.
public struct MultibrandRooms: Sendable {
    /// The database, for the reads that are a query and no more.
    public var pool: PostgresPool
    /// What the use cases of preferences share.
    public var preferences: PreferencesContext
    /// Preferences from memory, watched for changes.
    public var preferencesReader: PreferencesReader
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
    /// Decides parked legs again.
    public var retryParkedLegs: RetryParkedLegs
    /// Plans a parked issue again.
    public var retryIssuance: RetryIssuance
    /// Settles an issue by an operator's evidence.
    public var resolveIssuance: ResolveIssuance
    /// Webhook deliveries.
    public var inbox: Inbox
    /// Knows API clients by their keys.
    public var authenticator: Authenticator
    /// Counts for operators, gathered over all rooms.
    public var overview: @Sendable () async throws -> ServiceOverview

    /// Takes what composition has made.
    public init(
        pool: PostgresPool, preferences: PreferencesContext, preferencesReader: PreferencesReader,
        catalogue: ProgramCatalogue, programsEffects: ProgramsEffects, refreshPrograms: RefreshPrograms,
        cosmo: any CosmoAPI, recordSpend: RecordSpend, retryParkedLegs: RetryParkedLegs, retryIssuance: RetryIssuance,
        resolveIssuance: ResolveIssuance, inbox: Inbox, authenticator: Authenticator,
        overview: @escaping @Sendable () async throws -> ServiceOverview
    ) {
        self.pool = pool
        self.preferences = preferences
        self.preferencesReader = preferencesReader
        self.catalogue = catalogue
        self.programsEffects = programsEffects
        self.refreshPrograms = refreshPrograms
        self.cosmo = cosmo
        self.recordSpend = recordSpend
        self.retryParkedLegs = retryParkedLegs
        self.retryIssuance = retryIssuance
        self.resolveIssuance = resolveIssuance
        self.inbox = inbox
        self.authenticator = authenticator
        self.overview = overview
    }
}
