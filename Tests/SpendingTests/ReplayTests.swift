import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Testing

@testable import Spending

@Suite("Replay")
struct ReplayTests {
    /// Twelve spends on two cards; after the first half prg_a's plugin is configured again.
    private func record(_ fixture: SpendingFixture) async throws {
        for card in ["one", "two"] {
            try await fixture.register(card, [("prg_a", 2), ("prg_b", 1), ("prg_x", 1)])
        }
        for number in 0..<12 {
            if number == 6 { fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "2.5", version: 2)) }
            _ = try await fixture.recordSpend.record(
                spend("spend-\(number)", card: number % 2 == 0 ? "one" : "two", amount: Int64(1000 + 77 * number)))
        }
    }

    private static func installed() throws -> [InstalledPlugin] {
        [
            try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_a", "2.5", version: 2),
            try SpendingFixture.flatRate("prg_b", "0.4"),
        ]
    }

    private func replay(
        _ pool: PostgresPool, listedMax: Int = 100, without missing: Int64? = nil
    ) throws -> Replay {
        let installed = try Self.installed()
        return Replay(
            pool: pool,
            plugins: { programID, version in
                guard version != missing,
                    let plugin = installed.first(where: {
                        $0.programID == programID && $0.identity.configurationVersion == version
                    })
                else { throw LegFault(reason: "ABSENT", plugin: nil) }
                return plugin
            }, logger: Logger(label: "multibrand.test"), slices: 3, listedMax: listedMax)
    }

    private func withBooks(_ body: (SpendingFixture) async throws -> Void) async throws {
        let first = try Self.installed()
        try await SpendingFixture.with(plugins: [first[0], first[2]]) { fixture in
            try await record(fixture)
            try await body(fixture)
        }
    }

    @Test("every decision comes out byte for byte, under the configuration that it pinned")
    func identical() async throws {
        try await withBooks { fixture in
            let report = try await replay(fixture.pool)(.all)
            #expect(report.findings == [])
            #expect(report.spends == 12 && report.identical == 12 && report.isClean)
            // prg_x has no plugin: its legs are parked, and parked again.
            #expect(try await fixture.number("select count(*) from legs where status = 'parked'") == 12)
        }
    }

    @Test("a range, a card and a spend are replayed alone")
    func ranges() async throws {
        try await withBooks { fixture in
            let replay = try replay(fixture.pool)
            let numbers = try await fixture.pool.query("select spend_number from spends order by 1")
            let (third, fifth): (Int64, Int64) = (try numbers[2].value(), try numbers[4].value())
            #expect(try await replay(.numbers(from: third, to: fifth)).identical == 3)
            #expect(try await replay(.numbers(from: fifth, to: nil)).identical == 8)
            #expect(try await replay(.card("one")).identical == 6)
            #expect(try await replay(.spend("spend-7")).identical == 1)
            #expect(try await replay(.spend("nowhere")).spends == 0)
        }
    }

    @Test("an edited decision is found, and the leg that differs is named")
    func edited() async throws {
        try await withBooks { fixture in
            _ = try await fixture.pool.query(
                """
                update spends set decision = convert_to(regexp_replace(convert_from(decision, 'UTF8'),
                    '"microPoints":(\\d)', '"microPoints":9\\1'), 'UTF8') where spend_id = 'spend-8'
                """)
            let report = try await replay(fixture.pool)(.all)
            #expect(report.different == 1 && report.identical == 11 && !report.isClean)
            let finding = try #require(report.findings.first)
            #expect(finding.kind == .differs && finding.spendID == "spend-8" && finding.cardID == "one")
            #expect(finding.detail.contains("prg_a"))
        }
    }

    @Test("bytes that are no decision are reported, and the rest goes on")
    func unreadable() async throws {
        try await withBooks { fixture in
            _ = try await fixture.pool.query("update spends set decision = '\\x00' where spend_id = 'spend-3'")
            let report = try await replay(fixture.pool)(.all)
            #expect(report.findings.map(\.kind) == [.unreadable])
            #expect(report.identical == 11)
        }
    }

    @Test("a plugin version that this build lacks is reported apart from a difference")
    func missing() async throws {
        try await withBooks { fixture in
            let report = try await replay(fixture.pool, listedMax: 2, without: 2)(.all)
            #expect(report.impossible == 6 && report.identical == 6 && report.different == 0 && !report.isClean)
            #expect(report.findings.map(\.kind) == [.pluginMissing, .pluginMissing])
            #expect(report.findings.first?.detail.contains("configuration 2 of prg_a") == true)
        }
    }

    @Test("what refunds took is made again; a clawback that was edited is found")
    func refunds() async throws {
        try await withBooks { fixture in
            let installed = try Self.installed()
            let refund = RecordRefund(
                pool: fixture.pool,
                pinnedPlugins: { programID, version in
                    guard
                        let plugin = installed.first(where: {
                            $0.programID == programID && $0.identity.configurationVersion == version
                        })
                    else { throw LegFault(reason: "ABSENT", plugin: nil) }
                    return plugin
                }, positions: PositionsByHand())
            for (number, amount) in [(2, Int64(333)), (2, 100), (7, 1539), (8, 1)].enumerated() {
                _ = try await refund(
                    RefundRequest(
                        refundID: "refund-\(number)", spendID: "spend-\(amount.0)", currencyCode: "USD",
                        amountMinor: amount.1))
            }
            let clean = try await replay(fixture.pool)(.all)
            #expect(clean.findings == [] && clean.movements == 4)
            _ = try await fixture.pool.query(
                """
                update clawbacks set earned_micro = earned_micro + 1 where program_id = 'prg_b' and movement_number = (
                    select movement_number from refund_movements where refund_id = 'refund-1')
                """)
            let report = try await replay(fixture.pool)(.all)
            #expect(report.findings.map(\.kind) == [.takebackDiffers])
            #expect(report.findings.first?.spendID == "spend-2")
            #expect(report.movementsDifferent == 1 && report.identical == 12)
        }
    }
}
