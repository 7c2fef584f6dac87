import Cosmo
import Inbox
import Issuance
import MultibrandAPI
import PostgreSQL
import Rewards
import Spending
import SwiftProtobuf

extension Multibrand_V1_Overview {
    init(_ overview: ServiceOverview) {
        self.init()
        version = overview.version
        migrationVersion = Int32(clamping: overview.migrationVersion)
        startedAt = .init(overview.startedAt)
        inboxReceived = overview.deliveries.received
        inboxHeld = overview.deliveries.held
        inboxParked = overview.deliveries.parked
        if let time = overview.deliveries.oldestReceivedAt { inboxOldestAt = .init(time) }
        linksToCheck = overview.linksToCheck
        linksHeld = overview.linksHeld
        setSpending(overview)
        setIssuance(overview)
        if let outage = overview.cosmoOutage {
            cosmoFailingSince = .init(PostgresTimestamp(microsecondsSinceEpoch: outage.sinceMicros))
            cosmoReason = outage.reason.rawValue
        }
        if let archive = overview.logArchive {
            logArchive.enabled = archive.isOn
            if let time = archive.lastArchivedAt { logArchive.lastArchivedAt = .init(time) }
            if let time = archive.lastFailedAt { logArchive.lastFailedAt = .init(time) }
        }
        // The counts came from it.
        databaseReady = true
    }

    private mutating func setSpending(_ overview: ServiceOverview) {
        legsParked = overview.parkedLegs.reduce(0) { $0 + $1.legs }
        parkedLegs = overview.parkedLegs.map { total in
            .with {
                $0.programID = total.programID
                $0.amount.currencyCode = total.currencyCode
                $0.amount.minorUnits = total.amountMinor
                $0.legs = total.legs
                $0.oldestAt = .init(total.oldestSince)
            }
        }
        refundsWaiting = overview.refunds.waiting
        refundsHeld = overview.refunds.held
        refundsUncleared = overview.refunds.uncleared
        if let time = overview.refunds.oldestWaitingAt { refundsWaitingOldestAt = .init(time) }
        if let time = overview.refunds.oldestHeldAt { refundsHeldOldestAt = .init(time) }
        held = overview.held.map(Multibrand_V1_HeldTotal.init)
    }

    private mutating func setIssuance(_ overview: ServiceOverview) {
        for (status, count) in overview.issuances.byStatus { issuancesByStatus[status.rawValue] = count }
        for (status, time) in overview.issuances.oldest { issuancesOldestAt[status.rawValue] = .init(time) }
        issuancesContradicted = overview.issuances.contradicted
        issuancesWaiting = overview.issuances.waitingForPerson
        positionsToPlan = overview.issuances.positionsToPlan
        positionsBlocked = overview.issuances.positionsBlocked
        debts = overview.debts.map { .init($0.programID, $0.unit, $0.debtMicro, count: $0.positionCount) }
        unknown = overview.unknown.map {
            .init($0.programID, $0.unit, $0.unknownMicro, count: $0.issuanceCount, oldestAt: $0.oldestSentAt)
        }
        parked = overview.parked.map {
            .init($0.programID, $0.unit, $0.parkedMicro, count: $0.issuanceCount, oldestAt: $0.oldestAt)
        }
        if let reconciliation = overview.newestReconciliation { newestReconciliation = .init(reconciliation) }
        guard let recovery = overview.newestRecovery else { return }
        newestRecovery = .init(recovery)
        if recovery.endedAt == nil {
            issuingFencedSince = .init(recovery.begunAt)
            recoveryFindingsOpen = recovery.openCount
        }
    }
}

extension Multibrand_V1_ProgramBalance {
    init(_ programID: String, _ unit: RewardUnit, _ micro: Int64, count: Int64, oldestAt: PostgresTimestamp? = nil) {
        self.init()
        self.programID = programID
        self.unit = Multibrand_V1_RewardUnit(unit)
        self.micro = micro
        self.count = count
        if let oldestAt { self.oldestAt = .init(oldestAt) }
    }
}
