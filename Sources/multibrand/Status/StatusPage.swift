import Foundation
import MultibrandAPI
import SwiftProtobuf

/// The health of a service for an operator: what was looked at, whether it is as it should be, and what to run next.
///
/// The limits are those of monitoring/prometheus-rules.yml, without its waiting times: the page shows one moment.
struct StatusPage {
    let checks: [StatusCheck]
    private let title: String

    /// - Parameter now: The time that ages are counted to.
    init(_ overview: Multibrand_V1_Overview, at address: String, now: Date = .now) {
        let ages = StatusAges(now: now)
        checks =
            Self.service(overview, ages) + Self.webhooks(overview, ages) + Self.money(overview, ages)
            + Self.issuances(overview, ages) + Self.books(overview, ages)
        title = "multibrand \(overview.version) at \(address)"
    }

    /// Whether a person should look at anything.
    var level: StatusCheck.Level { checks.contains { $0.level == .warn } ? .warn : .ok }

    /// The page as text.
    ///
    /// - Parameter isColoured: Whether the levels are coloured, for a terminal.
    func text(isColoured: Bool) -> String {
        var table = TextTable([.text(""), .text("what"), .text("state"), .text("next: multibrand ...")])
        for check in checks { table.add([check.level.rawValue, check.what, check.state, check.next]) }
        let warnings = checks.count { $0.level == .warn }
        let verdict = warnings == 0 ? "all is well" : "\(warnings) of \(checks.count) need attention"
        let lines = "\(title): \(verdict)\n\n\(table.rendered())".split(
            separator: "\n", omittingEmptySubsequences: false)
        guard isColoured else { return lines.joined(separator: "\n") }
        return lines.map { line in
            if line.hasPrefix("OK ") { return "\u{1B}[32mOK\u{1B}[0m" + line.dropFirst(2) }
            if line.hasPrefix("WARN ") { return "\u{1B}[1;33mWARN\u{1B}[0m" + line.dropFirst(4) }
            return String(line)
        }.joined(separator: "\n")
    }

    // MARK: The parts

    private static func service(_ overview: Multibrand_V1_Overview, _ ages: StatusAges) -> [StatusCheck] {
        [
            StatusCheck("service", "up since \(ages.moment(overview.startedAt))"),
            StatusCheck(
                "database", overview.databaseReady ? "answers; schema \(overview.migrationVersion)" : "does not answer",
                warnsIf: !overview.databaseReady, next: "doctor"),
            StatusCheck(
                "Cosmo",
                overview.hasCosmoFailingSince
                    ? "fails since \(ages.moment(overview.cosmoFailingSince)): \(overview.cosmoReason)" : "can be used",
                warnsIf: overview.hasCosmoFailingSince, next: "doctor"),
            StatusCheck(
                "issuing",
                overview.hasIssuingFencedSince
                    ? "stopped by a recovery since \(Moment.text(overview.issuingFencedSince)), "
                        + "\(overview.recoveryFindingsOpen) transactions unexplained"
                    : "on",
                warnsIf: overview.hasIssuingFencedSince, next: "admin recovery show"),
        ]
    }

    private static func webhooks(_ overview: Multibrand_V1_Overview, _ ages: StatusAges) -> [StatusCheck] {
        [
            StatusCheck(
                "webhooks to apply",
                ages.count(overview.inboxReceived, overview.hasInboxOldestAt ? overview.inboxOldestAt : nil),
                warnsIf: overview.hasInboxOldestAt && ages.seconds(overview.inboxOldestAt) > 300,
                next: "admin inbox list --status received"),
            StatusCheck(
                "webhooks held", "\(overview.inboxHeld)", warnsIf: overview.inboxHeld > 0,
                next: "admin inbox list --status held"),
            StatusCheck(
                "webhooks parked", "\(overview.inboxParked)", warnsIf: overview.inboxParked > 0,
                next: "admin inbox list --status parked"),
            StatusCheck("links to check", "\(overview.linksToCheck)"),
            StatusCheck(
                "links held", "\(overview.linksHeld)", warnsIf: overview.linksHeld > 0,
                next: "admin inbox list --status held"),
        ]
    }

    private static func money(_ overview: Multibrand_V1_Overview, _ ages: StatusAges) -> [StatusCheck] {
        let held = overview.held.map { total in
            "\(Quantity.money(total.held.minorUnits, total.held.currencyCode)) \(total.held.currencyCode) in "
                + ages.count(total.spends, of: "spend", total.oldestSince)
        }
        let parked = overview.parkedLegs.map { total in
            "\(Quantity.money(total.amount.minorUnits, total.amount.currencyCode)) \(total.amount.currencyCode) of "
                + "\(total.programID) in \(ages.count(total.legs, of: "leg", total.oldestAt))"
        }
        let month: Int64 = 30 * 86_400
        return [
            StatusCheck(
                "money held", list(held), warnsIf: overview.held.contains { ages.seconds($0.oldestSince) > month },
                next: "admin spends held"),
            StatusCheck(
                "legs parked", list(parked), warnsIf: overview.legsParked > 0,
                next: "admin programs retry-parked \(overview.parkedLegs.first?.programID ?? "PROGRAM")"),
            StatusCheck(
                "refunds waiting",
                ages.count(
                    overview.refundsWaiting,
                    overview.hasRefundsWaitingOldestAt ? overview.refundsWaitingOldestAt : nil),
                warnsIf: overview.hasRefundsWaitingOldestAt && ages.seconds(overview.refundsWaitingOldestAt) > 86_400,
                next: "admin refunds list --status waiting"),
            StatusCheck(
                "refunds held",
                ages.count(
                    overview.refundsHeld, overview.hasRefundsHeldOldestAt ? overview.refundsHeldOldestAt : nil),
                warnsIf: overview.refundsHeld > overview.refundsUncleared, next: "admin refunds list --status held"),
        ]
    }

    private static func issuances(_ overview: Multibrand_V1_Overview, _ ages: StatusAges) -> [StatusCheck] {
        func issuances(_ status: String) -> (count: Int64, oldestAt: Google_Protobuf_Timestamp?) {
            (overview.issuancesByStatus[status] ?? 0, overview.issuancesOldestAt[status])
        }
        func check(_ status: String, warnsAfter seconds: Int64?, balances: [Multibrand_V1_ProgramBalance] = [])
            -> StatusCheck
        {
            let (count, oldestAt) = issuances(status)
            let isOld =
                count > 0 && seconds.map { limit in oldestAt.map { ages.seconds($0) >= limit } ?? true } ?? false
            let quantities = balances.map { ", " + quantity($0) }.joined()
            return StatusCheck(
                "issuances \(status)", ages.count(count, oldestAt) + quantities, warnsIf: isOld,
                next: status == "unknown" ? "admin issuances unknown" : "admin issuances list --status \(status)")
        }
        return [
            StatusCheck("positions to plan", "\(overview.positionsToPlan)"),
            // Some always wait for a link; those that wait for a person have an issuance below that says so.
            StatusCheck("positions blocked", "\(overview.positionsBlocked)"),
            check("planned", warnsAfter: 3600), check("sending", warnsAfter: 600), check("accepted", warnsAfter: nil),
            check("unknown", warnsAfter: 900, balances: overview.unknown),
            check("mismatched", warnsAfter: 0), check("parked", warnsAfter: 0, balances: overview.parked),
            StatusCheck(
                "issuances contradicted", "\(overview.issuancesContradicted)",
                warnsIf: overview.issuancesContradicted > 0, next: "admin issuances list --waiting"),
            StatusCheck(
                "waiting for a person", "\(overview.issuancesWaiting)", warnsIf: overview.issuancesWaiting > 0,
                next: "admin issuances list --waiting"),
            StatusCheck(
                "debt", list(overview.debts.map { "\(quantity($0)) in \(ages.count($0.count, of: "position", nil))" })),
        ]
    }

    private static func books(_ overview: Multibrand_V1_Overview, _ ages: StatusAges) -> [StatusCheck] {
        var checks: [StatusCheck] = []
        if overview.hasNewestReconciliation {
            let day = overview.newestReconciliation
            let state =
                !day.failure.isEmpty
                ? "\(day.day) failed: \(day.failure)"
                : day.hasFinishedAt
                    ? "\(day.day): \(day.matchedCount) of \(day.cosmoCount) matched, \(day.findingCount) findings"
                    : "\(day.day) is being compared"
            checks.append(
                StatusCheck(
                    "reconciliation", state,
                    warnsIf: !day.failure.isEmpty || day.findingCount > 0 || ages.seconds(day.startedAt) > 30 * 3600,
                    next: "admin reconciliations show \(day.day)"))
        } else {
            checks.append(StatusCheck("reconciliation", "no day was compared yet"))
        }
        let recovery = overview.newestRecovery
        checks.append(
            StatusCheck(
                "last recovery",
                !overview.hasNewestRecovery
                    ? "none"
                    : recovery.hasEndedAt
                        ? "ended \(Moment.text(recovery.endedAt)) by \(recovery.endedBy), "
                            + "\(recovery.adoptedCount) issuances adopted"
                        : "open since \(Moment.text(recovery.begunAt))"))
        checks.append(archive(overview.logArchive, ages))
        return checks
    }

    /// The service makes no backups; the archive of the log is what it can see of them.
    private static func archive(_ archive: Multibrand_V1_LogArchive, _ ages: StatusAges) -> StatusCheck {
        guard archive.enabled else {
            return StatusCheck("backup", "the database archives no log; look at your backups themselves")
        }
        guard archive.hasLastArchivedAt else {
            return StatusCheck("backup", "the database has archived no log yet", warnsIf: archive.hasLastFailedAt)
        }
        let isFailing = archive.hasLastFailedAt && archive.lastFailedAt.seconds >= archive.lastArchivedAt.seconds
        let failure = isFailing ? "; failed \(ages.text(archive.lastFailedAt)) ago, see the database's log" : ""
        return StatusCheck(
            "backup", "log archived \(ages.text(archive.lastArchivedAt)) ago\(failure)", warnsIf: isFailing)
    }

    private static func quantity(_ balance: Multibrand_V1_ProgramBalance) -> String {
        let unit = balance.unit == .value ? "minor units of value" : "points"
        return "\(Quantity.micro(balance.micro)) \(unit) of \(balance.programID)"
    }

    private static func list(_ parts: [String]) -> String { parts.isEmpty ? "none" : parts.joined(separator: "; ") }
}
