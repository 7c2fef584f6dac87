import Audit
import Cosmo
import Inbox
import Issuance
import MultibrandRPC
import PostgreSQL
import Preferences
import Spending

extension ServiceGauges {
    /// What waits for what, for operators.
    ///
    /// **Errors** The database's.
    func overview() async throws -> ServiceOverview {
        let reads = IssuanceReads(pool: pool)
        let archive = try await pool.first(LogArchiveFacts.query)
        let recovery = try await reads.latestRecovery()
        return ServiceOverview(
            version: MultibrandService.version, migrationVersion: try await Migrator.version(of: pool),
            startedAt: startedAt, deliveries: try await inbox.counts(),
            issuances: try await reads.counts(includingSettled: true),
            parkedLegs: try await ParkedLegs(pool: pool).totals(),
            refunds: try await OpenRefunds(pool: pool).counts(),
            held: try await HeldMoney(pool: pool).totals(), linksToCheck: try await linkChecker.waitingCount(),
            linksHeld: try await heldLinks().values.reduce(0, +), debts: try await reads.debtTotals(),
            unknown: try await reads.unknownBalances(), parked: try await reads.parkedBalances(),
            cosmoOutage: cosmo.outage, newestReconciliation: try await reads.latestReconciliations().newest,
            newestRecovery: recovery,
            logArchive: archive.map {
                .init(isOn: $0.isOn, lastArchivedAt: $0.lastArchivedAt, lastFailedAt: $0.lastFailedAt)
            })
    }
}
