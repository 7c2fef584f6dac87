import Foundation
import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization
import Testing

@testable import Audit

@Suite("Verify")
struct VerifyTests {
    private static let logger = Logger(label: "audit-tests")

    private func verify(_ pool: PostgresPool, listedPerCheckMax: Int = 100) async throws -> VerifyReport {
        try await Verify(pool: pool, logger: Self.logger, listedPerCheckMax: listedPerCheckMax)()
    }

    @Test("an empty database is clean")
    func empty() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let report = try await verify(pool)
            #expect(report.isClean)
            #expect(report.checks.count == VerifyCheck.allCases.count)
            #expect(report.checks.filter { $0.skipped != nil }.map(\.name) == [])
        }
    }

    @Test("sound books are clean, and every check looked at something")
    func soundBooks() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let phases = Mutex<[VerifyProgress]>([])
            let report = try await Verify(pool: pool, logger: Self.logger)(progress: { step in
                phases.withLock { $0.append(step) }
            })
            #expect(report.violations == [])
            #expect(report.isClean)
            #expect(report.checks.filter { $0.checked == 0 }.map(\.name) == [])
            let spends = report.checks.first { $0.name == .spendSum }?.checked
            // 19 spends and 2 releases of each of three cards.
            #expect(spends == 63)
            let seen = phases.withLock { $0 }
            #expect(seen.first?.phase == "spends" && seen.first?.rowsRead == 0)
            #expect(seen.contains { $0.phase == "spends" && $0.rowsRead == 63 })
            #expect(seen.contains { $0.phase == "positions" && $0.rowsRead > 0 })
        }
    }

    @Test("cards whose ids differ only in how an accent is written keep their own totals")
    func equivalentCards() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool, cards: Books.cards + ["caf\u{E9}", "cafe\u{301}"])
            let report = try await verify(pool)
            #expect(report.violations == [])
            try await pool.withConnection {
                try await $0.execute(
                    "update period_totals set accepted_minor = accepted_minor - 1 where card_id = U&'cafe\\0301'")
            }
            #expect(
                try await verify(pool).violations.map { Array(($0.key["card_id"] ?? "").utf8) } == [
                    Array("cafe\u{301}".utf8)
                ])
        }
    }

    /// One after the other: a database for each of them at once is more than a busy machine makes in time.
    @Test("each kind of fault is found by name, and the row is named", .serialized, arguments: Fault.all)
    func fault(_ fault: Fault) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            try await pool.withConnection { try await $0.execute(fault.sql) }
            let report = try await verify(pool)
            #expect(!report.isClean)
            let named = report.violations.filter { fault.isNamed(by: $0) }
            #expect(!named.isEmpty, "found only: \(report.violations.map(\.description))")
            #expect(named.allSatisfy { $0.invariant == fault.check.invariant && $0.expected != $0.found })
            #expect(report.violations.allSatisfy { !$0.description.contains("Elsewhere") })
            if VerifyCheck.ofMembers.contains(fault.check) {
                try await WalletVerifyTests.checkOtherWays(fault, report, pool)
            }
            guard fault.isOfOneCard else { return }
            // A pass over that card alone finds it too, and one over another card finds nothing.
            let verify = Verify(pool: pool, logger: Self.logger)
            #expect(try await verify(.cards(["card_2", "nobody"])).violations.contains { fault.isNamed(by: $0) })
            #expect(try await verify(.cards(["card_1"])).violations == [])
        }
    }

    @Test("every check can fail")
    func everyCheckCanFail() {
        let planted = Set(Fault.all.map(\.check))
        #expect(VerifyCheck.allCases.filter { !planted.contains($0) } == [])
        #expect(Fault.all.count >= 12)
    }

    @Test("one unfair spend is one violation, not one for every spend after it")
    func noCascade() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let fault = try #require(Fault.all.first { $0.check == .quota })
            try await pool.withConnection { try await $0.execute(fault.sql) }
            let checks = try await verify(pool).violations.map(\.check)
            #expect(checks.filter { $0 == .quota }.count == 1)
            // Each of the two shares that were moved is off, and each of the legs that took another share.
            #expect(checks.filter { $0 == .certificateShares }.count == 2)
            #expect(Set(checks).isSubset(of: [.quota, .certificateShares, .legOffer]))
        }
    }

    @Test("violations are all counted, and listed up to a limit for each check")
    func bounded() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            _ = try await pool.query("update legs set earned_micro = earned_micro + 1 where status = 'earned'")
            let report = try await verify(pool, listedPerCheckMax: 3)
            #expect(report.violations.filter { $0.check == .legsAgree }.count == 3)
            let counted = try #require(report.checks.first { $0.name == .legsAgree }?.violations)
            #expect(counted > 20)
            #expect(report.violationCount > counted)
        }
    }

    @Test("the report survives JSON")
    func codable() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            _ = try await pool.query("update positions set issued_micro = issued_micro + 1 where card_id = 'card_1'")
            let report = try await verify(pool)
            let read = try JSONDecoder().decode(VerifyReport.self, from: try JSONEncoder().encode(report))
            #expect(read.violations == report.violations)
            #expect(read.checks == report.checks)
            #expect(read.isClean == false)
            let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
            #expect(text.contains("POSITION_ISSUED"))
        }
    }

    @Test("the service may write while verify reads: its snapshot is one moment's")
    func snapshot() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let (steps, step) = AsyncStream.makeStream(of: VerifyProgress.self)
            let report = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // The first step is reported after the snapshot was taken and before the positions are read.
                    for await _ in steps {
                        _ = try await pool.query("update positions set earned_micro = earned_micro + 1")
                        return
                    }
                }
                let report = try await Verify(pool: pool, logger: Self.logger)(progress: { step.yield($0) })
                try await group.waitForAll()
                return report
            }
            #expect(report.isClean)
            #expect(try await verify(pool).isClean == false)
        }
    }

    @Test("totals near the largest number are followed exactly")
    func largeTotals() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let before = Int64.max - 20_000
            let shares = [("prg_a", 1), ("prg_z", 2)]
            let weights = "prg_a:1,prg_z:2"
            // The chain must begin at zero, so one spend brings the total up and one more nearly to the end.
            var statements = try Books.spend(
                "card_1", "huge", shares, version: 3, before: 0, amount: before, mcc: "5411"
            )
            statements += try Books.spend(
                "card_1", "last", shares, version: 3, before: before, amount: 19_999, mcc: "5411")
            statements.append(
                PostgresStatement(
                    "insert into running_totals values ('card_1', $1, $2)", [.text(weights), .int8(Int64.max - 1)]))
            statements.append(
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ('card_1', 3, $1, '[]', 'event', '1', now())
                    """, [.text(weights)]))
            let all = statements
            _ = try await pool.withTransaction { try await $0.pipeline(all) }
            _ = try await pool.query("update cards set preference_version = 3 where card_id = 'card_1'")
            let report = try await verify(pool)
            let fairness: Set<VerifyCheck> = [.quota, .runningTotalChain, .runningTotalEnd, .certificateSum, .spendSum]
            #expect(report.violations.filter { fairness.contains($0.check) } == [])
        }
    }
}
