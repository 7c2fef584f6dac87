public import Access
public import Cosmo
public import Inbox
public import Issuance
public import MultibrandAPI
public import PostgreSQL
public import Preferences
public import Programs
public import Spending

/// The rooms of the business as the door needs them: what composition has made.
public struct MultibrandRooms: Sendable {
    public var pool: PostgresPool
    public var preferences: PreferencesContext
    public var preferencesReader: PreferencesReader
    public var catalogue: ProgramCatalogue
    public var programsEffects: ProgramsEffects
    public var refreshPrograms: RefreshPrograms
    public var cosmo: any CosmoAPI
    public var recordSpend: RecordSpend
    public var retryParkedLegs: RetryParkedLegs
    public var retryIssuance: RetryIssuance
    public var resolveIssuance: ResolveIssuance
    public var inbox: Inbox
    public var authenticator: Authenticator
    /// Counts for operators, gathered over all rooms.
    public var overview: @Sendable () async throws -> Multibrand_V1_Overview

    /// Takes what composition has made.
    public init(
        pool: PostgresPool, preferences: PreferencesContext, preferencesReader: PreferencesReader,
        catalogue: ProgramCatalogue, programsEffects: ProgramsEffects, refreshPrograms: RefreshPrograms,
        cosmo: any CosmoAPI, recordSpend: RecordSpend, retryParkedLegs: RetryParkedLegs, retryIssuance: RetryIssuance,
        resolveIssuance: ResolveIssuance, inbox: Inbox, authenticator: Authenticator,
        overview: @escaping @Sendable () async throws -> Multibrand_V1_Overview
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
