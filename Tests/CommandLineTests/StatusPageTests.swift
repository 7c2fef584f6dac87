import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf
import Testing

@testable import multibrand

@Suite("The status page")
struct StatusPageTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func ago(_ seconds: Int64) -> Google_Protobuf_Timestamp {
        .with { $0.seconds = 1_800_000_000 - seconds }
    }

    /// A service in which nothing needs a person.
    private static let calm = Multibrand_V1_Overview.with {
        $0.version = "1.2.3"
        $0.startedAt = ago(3 * 86_400)
        $0.databaseReady = true
        $0.migrationVersion = 20
        $0.refundsHeld = 2
        $0.refundsUncleared = 2
        $0.inboxReceived = 2
        $0.inboxOldestAt = ago(3)
        $0.issuancesByStatus = ["planned": 4, "confirmed": 9, "unknown": 1]
        $0.issuancesOldestAt = ["planned": ago(5), "unknown": ago(60)]
        $0.debts = [
            .with {
                $0.programID = "prg_sky"
                $0.unit = .points
                $0.micro = 12_500_000
                $0.count = 3
            }
        ]
        $0.newestReconciliation = .with {
            $0.day = "2027-01-14"
            $0.startedAt = ago(3600)
            $0.finishedAt = ago(3500)
            $0.cosmoCount = 9
            $0.matchedCount = 9
        }
        $0.newestRecovery = .with {
            $0.endedAt = ago(86_400)
            $0.endedBy = "comparison"
        }
        $0.logArchive = .with {
            $0.enabled = true
            $0.lastArchivedAt = ago(40)
            $0.lastFailedAt = ago(4000)
        }
    }

    private static func page(_ change: (inout Multibrand_V1_Overview) -> Void = { _ in }) -> StatusPage {
        var overview = calm
        change(&overview)
        return StatusPage(overview, at: "127.0.0.1:50051", now: now)
    }

    @Test("of a service that works says that all is well, with ages, and names no command")
    func allIsWell() {
        let page = Self.page()
        #expect(page.level == .ok && page.checks.allSatisfy { $0.next.isEmpty })
        let text = page.text(isColoured: false)
        #expect(text.hasPrefix("multibrand 1.2.3 at 127.0.0.1:50051: all is well\n"))
        for line in [
            "up since 2027-01-12 08:00:00 UTC (3 d)", "webhooks to apply       2, oldest 3 s",
            "issuances unknown       1, oldest 60 s", "12.5 points of prg_sky in 3 positions",
            "2027-01-14: 9 of 9 matched, 0 findings", "by comparison, 0 issuances adopted", "log archived 40 s ago",
        ] {
            #expect(text.contains(line), "\(text)")
        }
    }

    /// What is wrong, the line that says so, and the command it names.
    static let troubles: [(String, String, @Sendable (inout Multibrand_V1_Overview) -> Void)] = [
        ("database", "doctor", { $0.databaseReady = false }),
        (
            "Cosmo", "doctor",
            {
                $0.cosmoFailingSince = ago(600)
                $0.cosmoReason = "COSMO_TIMED_OUT"
            }
        ),
        ("issuing", "admin recovery show", { $0.issuingFencedSince = ago(60) }),
        ("webhooks to apply", "admin inbox list --status received", { $0.inboxOldestAt = ago(400) }),
        ("webhooks held", "admin inbox list --status held", { $0.inboxHeld = 1 }),
        ("webhooks parked", "admin inbox list --status parked", { $0.inboxParked = 1 }),
        ("links held", "admin inbox list --status held", { $0.linksHeld = 1 }),
        (
            "money held", "admin spends held",
            {
                $0.held = [
                    .with {
                        $0.held.currencyCode = "USD"
                        $0.oldestSince = ago(40 * 86_400)
                    }
                ]
            }
        ),
        ("legs parked", "admin programs retry-parked PROGRAM", { $0.legsParked = 1 }),
        (
            "refunds waiting", "admin refunds list --status waiting",
            {
                $0.refundsWaiting = 1
                $0.refundsWaitingOldestAt = ago(90_000)
            }
        ),
        ("refunds held", "admin refunds list --status held", { $0.refundsHeld = 3 }),
        ("issuances planned", "admin issuances list --status planned", { $0.issuancesOldestAt["planned"] = ago(4000) }),
        ("issuances unknown", "admin issuances unknown", { $0.issuancesOldestAt["unknown"] = ago(1000) }),
        ("issuances parked", "admin issuances list --status parked", { $0.issuancesByStatus["parked"] = 1 }),
        (
            "issuances mismatched", "admin issuances list --status mismatched",
            { $0.issuancesByStatus["mismatched"] = 1 }
        ),
        ("issuances contradicted", "admin issuances list --waiting", { $0.issuancesContradicted = 1 }),
        ("waiting for a person", "admin issuances list --waiting", { $0.issuancesWaiting = 1 }),
        (
            "reconciliation", "admin reconciliations show 2027-01-14",
            { $0.newestReconciliation.findingCount = 2 }
        ),
        ("backup", "", { $0.logArchive.lastFailedAt = ago(10) }),
    ]

    @Test("warns of each trouble on one line, and names a command that there is", arguments: troubles.indices)
    func warns(index: Int) throws {
        let (what, next, change) = Self.troubles[index]
        let page = Self.page(change)
        #expect(page.level == .warn)
        #expect(page.checks.filter { $0.level == .warn }.map(\.what) == [what])
        #expect(page.checks.first { $0.level == .warn }?.next == next)
        #expect(page.text(isColoured: false).contains("1 of \(page.checks.count) need attention"))
        if next.hasPrefix("admin") {
            _ = try MultibrandCommand.parseAsRoot(next.split(separator: " ").map(String.init))
        }
    }

    @Test("is coloured on request only, and colour changes no column")
    func colour() {
        let page = Self.page { $0.inboxHeld = 1 }
        let plain = page.text(isColoured: false)
        let coloured = page.text(isColoured: true)
        #expect(!plain.contains("\u{1B}") && coloured.contains("\u{1B}[1;33mWARN\u{1B}[0m  webhooks held"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test(
        "ages are in the unit that a person would choose",
        arguments: [
            (-5, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d"),
        ] as [(Int64, String)])
    func ages(seconds: Int64, text: String) {
        #expect(Age.text(seconds: seconds) == text)
    }
}
