package import Cosmo
package import Inbox
package import Issuance
import MultibrandAPI
package import PostgreSQL
package import Spending
import SwiftProtobuf

/// What waits for what, over all rooms, at one moment.
package struct ServiceOverview: Sendable {
    /// The version of this build.
    package var version: String
    /// The newest migration of the database.
    package var migrationVersion: Int
    /// When this process began.
    package var startedAt: PostgresTimestamp
    /// Webhook deliveries that wait.
    package var deliveries: InboxCounts
    /// Issuances and positions by their state.
    package var issuances: IssuanceCounts
    /// Legs whose plugin failed.
    package var legsParked: Int64
    /// Refunds that wait for a spend or for an operator.
    package var refunds: OpenRefunds.Counts
    /// What is held of spends until a link decides it, by currency.
    package var held: [HeldMoney.Total]
    /// Links whose account is yet to be checked.
    package var linksToCheck: Int64
    /// Links that wait for a decision.
    package var linksHeld: Int64
    /// Since when Cosmo has not answered this process, and why; nil while it does.
    package var cosmoOutage: CosmoHealth.Outage?
    /// The recovery that is open; nil while issuing goes on.
    package var recovery: Recovery?

    /// Takes what the rooms counted.
    package init(
        version: String, migrationVersion: Int, startedAt: PostgresTimestamp, deliveries: InboxCounts,
        issuances: IssuanceCounts, legsParked: Int64, refunds: OpenRefunds.Counts, held: [HeldMoney.Total],
        linksToCheck: Int64, linksHeld: Int64, cosmoOutage: CosmoHealth.Outage?, recovery: Recovery?
    ) {
        self.version = version
        self.migrationVersion = migrationVersion
        self.startedAt = startedAt
        self.deliveries = deliveries
        self.issuances = issuances
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
        for (status, count) in overview.issuances.byStatus { issuancesByStatus[status.rawValue] = count }
        issuancesContradicted = overview.issuances.contradicted
        issuancesWaiting = overview.issuances.waitingForPerson
        positionsToPlan = overview.issuances.positionsToPlan
        positionsBlocked = overview.issuances.positionsBlocked
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
