package import Cosmo
package import Inbox
package import Issuance
package import PostgreSQL
package import Spending

/// What waits for what, over all rooms, at one moment.
package struct ServiceOverview: Sendable {
    /// The archive of the database's write-ahead log.
    package struct LogArchive: Sendable {
        let isOn: Bool
        let lastArchivedAt: PostgresTimestamp?
        let lastFailedAt: PostgresTimestamp?

        /// - Parameters:
        ///   - isOn: Whether the server archives its log.
        ///   - lastArchivedAt: When the last file was archived; nil when none was.
        ///   - lastFailedAt: When archiving last failed; nil when it never did.
        package init(isOn: Bool, lastArchivedAt: PostgresTimestamp?, lastFailedAt: PostgresTimestamp?) {
            self.isOn = isOn
            self.lastArchivedAt = lastArchivedAt
            self.lastFailedAt = lastFailedAt
        }
    }

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
    /// Legs whose plugin failed, by program and currency.
    package var parkedLegs: [ParkedLegs.Total]
    /// Refunds that wait for a spend or for an operator.
    package var refunds: OpenRefunds.Counts
    /// What is held of spends until a link decides it, by currency.
    package var held: [HeldMoney.Total]
    /// Links whose account is yet to be checked.
    package var linksToCheck: Int64
    /// Links that wait for a decision.
    package var linksHeld: Int64
    /// What cards owe.
    package var debts: [DebtTotal]
    /// What may or may not have been issued.
    package var unknown: [UnknownBalance]
    /// What Cosmo refused and no operator has resolved.
    package var parked: [ParkedBalance]
    /// Since when Cosmo has not answered this process, and why; nil while it does.
    package var cosmoOutage: CosmoHealth.Outage?
    /// The newest day whose comparison with Cosmo was begun; nil before the first.
    package var newestReconciliation: Reconciliation?
    /// The newest recovery, open or ended; nil when there was none.
    package var newestRecovery: Recovery?
    /// The archive of the database's write-ahead log; nil when the server does not say.
    package var logArchive: LogArchive?

    /// Takes what the rooms counted.
    package init(
        version: String, migrationVersion: Int, startedAt: PostgresTimestamp, deliveries: InboxCounts,
        issuances: IssuanceCounts, parkedLegs: [ParkedLegs.Total], refunds: OpenRefunds.Counts,
        held: [HeldMoney.Total], linksToCheck: Int64, linksHeld: Int64, debts: [DebtTotal], unknown: [UnknownBalance],
        parked: [ParkedBalance], cosmoOutage: CosmoHealth.Outage?, newestReconciliation: Reconciliation?,
        newestRecovery: Recovery?, logArchive: LogArchive?
    ) {
        self.version = version
        self.migrationVersion = migrationVersion
        self.startedAt = startedAt
        self.deliveries = deliveries
        self.issuances = issuances
        self.parkedLegs = parkedLegs
        self.refunds = refunds
        self.held = held
        self.linksToCheck = linksToCheck
        self.linksHeld = linksHeld
        self.debts = debts
        self.unknown = unknown
        self.parked = parked
        self.cosmoOutage = cosmoOutage
        self.newestReconciliation = newestReconciliation
        self.newestRecovery = newestRecovery
        self.logArchive = logArchive
    }
}
