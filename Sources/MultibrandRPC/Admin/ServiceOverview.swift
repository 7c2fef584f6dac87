public import Cosmo
public import Inbox
public import Issuance
import MultibrandAPI
public import PostgreSQL
public import Spending
import SwiftProtobuf

/// What waits for what, over all rooms, at one moment.
public struct ServiceOverview: Sendable {
    /// The version of this build.
    public var version: String
    /// The newest migration of the database.
    public var migrationVersion: Int
    /// When this process began.
    public var startedAt: PostgresTimestamp
    /// Webhook deliveries that wait.
    public var deliveries: InboxCounts
    /// Issues and positions by their state.
    public var issues: IssuanceCounts
    /// Legs whose plugin failed.
    public var legsParked: Int64
    /// Refunds that wait for a spend or for an operator.
    public var refunds: OpenRefunds.Counts
    /// What is held of spends until a link decides it, by currency.
    public var held: [HeldMoney.Total]
    /// Links whose account is yet to be checked.
    public var linksToCheck: Int64
    /// Links that wait for a decision.
    public var linksHeld: Int64
    /// Since when Cosmo has not answered this process, and why; nil while it does.
    public var cosmoOutage: CosmoHealth.Outage?
    /// The recovery that is open; nil while issuing goes on.
    public var recovery: Recovery?

    /// Takes what the rooms counted.
    public init(
        version: String, migrationVersion: Int, startedAt: PostgresTimestamp, deliveries: InboxCounts,
        issues: IssuanceCounts, legsParked: Int64, refunds: OpenRefunds.Counts, held: [HeldMoney.Total],
        linksToCheck: Int64, linksHeld: Int64, cosmoOutage: CosmoHealth.Outage?, recovery: Recovery?
    ) {
        self.version = version
        self.migrationVersion = migrationVersion
        self.startedAt = startedAt
        self.deliveries = deliveries
        self.issues = issues
        self.legsParked = legsParked
        self.refunds = refunds
        self.held = held
        self.linksToCheck = linksToCheck
        self.linksHeld = linksHeld
        self.cosmoOutage = cosmoOutage
        self.recovery = recovery
    }
}

extension Multibrand_V1_Overview {
    init(_ overview: ServiceOverview) {
        self.init()
        version = overview.version
        migrationVersion = Int32(clamping: overview.migrationVersion)
        startedAt = .init(overview.startedAt)
        inboxReceived = overview.deliveries.received
        inboxHeld = overview.deliveries.held
        inboxParked = overview.deliveries.parked
        for (status, count) in overview.issues.byStatus { issuancesByStatus[status.rawValue] = count }
        issuancesContradicted = overview.issues.contradicted
        issuancesWaiting = overview.issues.waitingForPerson
        positionsToPlan = overview.issues.positionsToPlan
        positionsBlocked = overview.issues.positionsBlocked
        legsParked = overview.legsParked
        refundsWaiting = overview.refunds.waiting
        refundsHeld = overview.refunds.held
        held = overview.held.map(Multibrand_V1_HeldTotal.init)
        linksToCheck = overview.linksToCheck
        linksHeld = overview.linksHeld
        if let outage = overview.cosmoOutage {
            cosmoFailingSince = .init(PostgresTimestamp(microsecondsSinceEpoch: outage.sinceMicros))
            cosmoReason = outage.reason.rawValue
        }
        if let recovery = overview.recovery {
            issuingFencedSince = .init(recovery.begunAt)
            recoveryFindingsOpen = recovery.openCount
        }
        // The counts came from it.
        databaseReady = true
    }
}
