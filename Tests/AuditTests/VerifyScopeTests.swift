import Foundation
import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Audit

@Suite("How much verify looks at, and with how many readers")
struct VerifyScopeTests {
    private static let logger = Logger(label: "audit-tests")

    @Test("three readers on small parts find what one finds, and report it in the same order")
    func readers() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            _ = try await pool.query("update legs set earned_micro = earned_micro + 1 where program_id = 'prg_a'")
            _ = try await pool.query(
                "update refund_movements set amount_minor = amount_minor + 1 where cause = 'refund'")
            let one = try await Verify(pool: pool, logger: Self.logger)(coverage: true)
            let three = try await Verify(
                pool: pool, logger: Self.logger, listedPerCheckMax: 100, readers: 3, spendsPerPart: 1)(coverage: true)
            #expect(three.violations == one.violations)
            #expect(three.checks == one.checks)
            #expect(three.coverage == one.coverage)
            #expect(one.violationCount > 20)
        }
    }

    @Test("several readers see one moment: what is written meanwhile is in none of their parts")
    func oneSnapshot() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let verify = Verify(
                pool: pool, logger: Self.logger, listedPerCheckMax: 100, readers: 3, spendsPerPart: 1)
            let (steps, step) = AsyncStream.makeStream(of: VerifyProgress.self)
            let report = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // The first step is reported after the snapshot was taken and before any part is read.
                    for await _ in steps {
                        _ = try await pool.query("update positions set earned_micro = earned_micro + 1")
                        return
                    }
                }
                let report = try await verify(progress: { step.yield($0) })
                try await group.waitForAll()
                return report
            }
            #expect(report.violations == [])
            #expect(try await verify().isClean == false)
        }
    }

    @Test("a reader that fails ends the pass with its error, whichever it is", arguments: [1, 2, 4])
    func failingReader(_ readers: Int) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            try await pool.withConnection { try await $0.execute("drop table clawbacks") }
            await #expect(throws: PostgresError.self) {
                _ = try await Verify(
                    pool: pool, logger: Self.logger, listedPerCheckMax: 100, readers: readers, spendsPerPart: 1)()
            }
        }
    }

    @Test("a sample looks at so many cards with all that is theirs, and says what it cannot check")
    func sample() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let verify = Verify(pool: pool, logger: Self.logger)
            let clean = try await verify(.sample(cards: 2))
            #expect(clean.violations == [])
            // 19 spends and 2 releases a card.
            #expect(clean.checks.first { $0.name == .spendSum }?.checked == 42)
            #expect(clean.checks.first { $0.name == .legWithoutSpend }?.violations == 0)
            #expect(
                Set(clean.checks.filter { $0.skipped != nil }.map(\.name)) == [
                    .walletTransactionIDUnique, .walletPool, .walletPoolDraw, .spendIDUnique, .refundIDUnique,
                    .authorizationIDUnique, .connectionEventContent, .connectionSources, .inboxBody,
                    .configurationDigest,
                    .configurationVersionsContiguous, .issuanceReference, .issuanceTransactionUnique, .walletRowClaimed,
                    .recoveryEnd,
                ])
            _ = try await pool.query("update positions set issued_micro = issued_micro + 1")
            #expect(try await verify(.sample(cards: 1)).violations.allSatisfy { $0.table == "positions" })
            #expect(try await verify(.sample(cards: 1)).isClean == false)
            #expect(try await verify(.sample(cards: 1_000_000)).checks.first { $0.name == .spendSum }?.checked == 63)
        }
    }

    @Test("the coverage table has each day's spends, all of them somewhere, and survives JSON")
    func coverage() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool)
            let report = try await Verify(pool: pool, logger: Self.logger)(coverage: true)
            let line = try #require(report.coverage?.lines.first)
            #expect(report.coverage?.lines.count == 1)
            #expect(line.day == "2026-05-17" && line.currencyCode == "EUR" && line.cards == 3)
            #expect(line.remainderMinor == 0)
            let sums = try await pool.query(
                """
                select (select sum(amount_minor) from spends)::bigint as spent,
                    (select sum(amount_minor) from refund_movements)::bigint as clawed_back,
                    (select sum(amount_minor) from legs where program_id = 'prg_a')::bigint
                        - (select sum(amount_minor) from clawbacks where program_id = 'prg_a')::bigint as left_at_a
                """)
            #expect(line.spentMinor == Int128(try sums[0].get("spent", as: Int64.self)))
            #expect(line.clawedBackMinor == Int128(try sums[0].get("clawed_back", as: Int64.self)))
            #expect(line.programs["prg_a"] == Int128(try sums[0].get("left_at_a", as: Int64.self)))
            let read = try JSONDecoder().decode(VerifyReport.self, from: try JSONEncoder().encode(report))
            #expect(read.coverage == report.coverage)
            #expect(try await Verify(pool: pool, logger: Self.logger)().coverage == nil)
        }
    }

    @Test(
        "a day's name is the calendar's",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (11_017, "2000-03-01"),
            (-25_508, "1900-03-01"),
            (-25_509, "1900-02-28"), (20_778, "2026-11-21"), (-719_528, "0000-01-01"), (47_540, "2100-02-28"),
            (47_541, "2100-03-01"), (20_453, "2025-12-31"), (20_454, "2026-01-01"),
        ] as [(Int64, String)])
    func days(_ number: Int64, _ name: String) {
        #expect(CivilDay(number: number).name == name)
        #expect(CivilDay(containingUnixMicros: number * 86_400_000_000).name == name)
        #expect(CivilDay(containingUnixMicros: number * 86_400_000_000 + 86_399_999_999).name == name)
    }
}

extension Fault {
    /// Whether a pass over card_2 alone must find it.
    var isOfOneCard: Bool {
        key["card_id"] == "card_2"
            && ![.issuanceReference, .spendIDUnique, .refundIDUnique, .authorizationIDUnique].contains(check)
    }
}
