import ArgumentParser
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand admin overview`
struct OverviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overview", abstract: "What waits, what needs a person, at a glance.",
        discussion: "EXAMPLE\n  multibrand admin overview")
    @OptionGroup var admin: AdminOptions

    func run() async throws {
        try await admin.connected { connection in
            let overview: Multibrand_V1_Overview = try await connection.call(
                "AdminService/GetOverview", Multibrand_V1_GetOverviewRequest())
            try connection.show(overview) {
                var table = TextTable([.text("what"), .number("count"), .text("next step")])
                table.add(["webhooks to apply", "\(overview.inboxReceived)", ""])
                table.add([
                    "webhooks held", "\(overview.inboxHeld)",
                    overview.inboxHeld > 0 ? "admin inbox list --status held" : "",
                ])
                table.add([
                    "webhooks parked", "\(overview.inboxParked)",
                    overview.inboxParked > 0 ? "admin inbox list --status parked" : "",
                ])
                if overview.hasIssuingFencedSince {
                    table.add([
                        "nothing is sent: a recovery is open since \(Moment.text(overview.issuingFencedSince))",
                        "\(overview.recoveryFindingsOpen) unexplained", "admin recovery show",
                    ])
                }
                if overview.hasCosmoFailingSince {
                    table.add([
                        "Cosmo fails", overview.cosmoReason,
                        "since \(Moment.text(overview.cosmoFailingSince)); multibrand doctor",
                    ])
                }
                table.add(["links to check", "\(overview.linksToCheck)", ""])
                table.add([
                    "links held", "\(overview.linksHeld)",
                    overview.linksHeld > 0 ? "admin inbox list --status held" : "",
                ])
                table.add([
                    "legs parked", "\(overview.legsParked)",
                    overview.legsParked > 0 ? "admin programs retry-parked" : "",
                ])
                table.add([
                    "refunds waiting", "\(overview.refundsWaiting)",
                    overview.refundsWaiting > 0 ? "admin refunds list --status waiting" : "",
                ])
                table.add([
                    "refunds held", "\(overview.refundsHeld)",
                    overview.refundsHeld > 0 ? "admin refunds list --status held" : "",
                ])
                for total in overview.held {
                    let sum = Quantity.money(total.held.minorUnits, total.held.currencyCode)
                    table.add([
                        "spends that hold \(sum) \(total.held.currencyCode), since \(Moment.text(total.oldestSince))",
                        "\(total.spends)", "admin spends held",
                    ])
                }
                table.add(["positions to plan", "\(overview.positionsToPlan)", ""])
                table.add([
                    "positions blocked", "\(overview.positionsBlocked)",
                    overview.positionsBlocked > 0 ? "admin positions list --blocked" : "",
                ])
                for (status, count) in overview.issuancesByStatus.sorted(by: { $0.key < $1.key }) {
                    let needsPerson = ["unknown", "mismatched", "parked"].contains(status) && count > 0
                    table.add([
                        "issuances \(status)", "\(count)",
                        needsPerson ? "admin issuances list --status \(status)" : "",
                    ])
                }
                table.add([
                    "issuances contradicted", "\(overview.issuancesContradicted)",
                    overview.issuancesContradicted > 0 ? "admin issuances list --waiting" : "",
                ])
                table.add([
                    "issuances waiting for a person", "\(overview.issuancesWaiting)",
                    overview.issuancesWaiting > 0 ? "admin issuances list --waiting" : "",
                ])
                let since = Moment.text(overview.startedAt)
                return table.rendered()
                    + "\n\nVersion \(overview.version), schema \(overview.migrationVersion), running since \(since)."
            }
        }
    }
}
