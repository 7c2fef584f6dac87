import AllocationPlugins
import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("Held money")
struct HeldMoneyTests {
    /// A card without links; `prg_a` gives a point for each 1.00, `prg_b` two.
    private static func with(
        _ configuration: SpendingConfiguration = SpendingConfiguration(), plugins: [InstalledPlugin]? = nil,
        _ body: (SpendingFixture) async throws -> Void
    ) async throws {
        let plugins = try plugins ?? [SpendingFixture.flatRate("prg_a"), SpendingFixture.flatRate("prg_b", "2")]
        try await SpendingFixture.with(plugins: plugins, configuration: configuration) { fixture in
            try await fixture.register("card")
            try await body(fixture)
            let faults = try await fixture.faults()
            #expect(faults == [])
        }
    }

    @Test("is decided by the first link, each spend once, oldest first, on the running total of the shares in force")
    func firstLink() async throws {
        try await Self.with { fixture in
            for number in 0..<7 { _ = try await fixture.recordSpend.record(spend("s\(number)", amount: 3_33)) }
            #expect(try await fixture.get("s0").heldNowMinor == 3_33)
            let worker = fixture.releaseWorker()
            #expect(try await worker.sweep().released == 0, "without a link nothing is decided")
            try await fixture.setPreference("card", [("prg_a", 2), ("prg_b", 1)])
            _ = try await fixture.recordSpend.record(spend("s7", amount: 1))
            let report = try await worker.sweep()
            #expect(report.released == 7 && report.expired == 0 && report.obstacles.isEmpty)
            #expect(try await worker.sweep().released == 0)
            // 7 × 3.33 and 0.01: X(2332) under 2 : 1 is (1555, 777).
            #expect(try await fixture.kept("prg_a") == 1555 * 10_000)
            #expect(try await fixture.kept("prg_b") == 777 * 20_000)
            #expect(try await fixture.number("select total_minor from running_totals") == 2332)
            let order = try await fixture.number(
                """
                select count(*) from releases r join releases later using (card_id)
                 where r.spend_id < later.spend_id and r.release_number > later.release_number
                """)
            #expect(order == 0)
            let released = try await fixture.get("s3")
            let release = try #require(released.release)
            #expect(released.heldNowMinor == 0 && released.decision.heldMinor == 3_33)
            #expect(release.outcome == .released && release.cause == .link && release.amountMinor == 3_33)
            #expect(release.preferenceVersion == 1 && released.preferenceVersion == 0)
            #expect(release.legs.map(\.programID) == ["prg_a", "prg_b"])
            #expect(release.legs.reduce(0) { $0 + $1.amountMinor } == 3_33)
            #expect(try await fixture.heldMoney.totals() == [])
        }
    }

    @Test("counts in the period of its purchase, not in that of the link")
    func period() async throws {
        try await Self.with(plugins: [try SpendingFixture.tiers("prg_a")]) { fixture in
            let (winter, summer) = (PeriodTotalTests.noon(dayOfYear: 10), PeriodTotalTests.noon(dayOfYear: 200))
            for (id, at) in [("w1", winter), ("w2", winter), ("u1", summer)] {
                _ = try await fixture.recordSpend.record(spend(id, amount: 120_00, at: at))
            }
            try await fixture.setPreference("card", [("prg_a", 1)])
            _ = try await fixture.releaseWorker().sweep()
            // 150.00 a month at most, the first 100.00 at two points.
            let earned = try await ["w1", "w2", "u1"].asyncMap { id in
                try await fixture.get(id).release?.legs.first?.earnedMicro
            }
            #expect(earned == [220_000_000, 30_000_000, 220_000_000])
            #expect(try await fixture.get("w2").release?.excludedMinor == 90_00)
            let months = try await fixture.pool.query("select accepted_minor from period_totals order by period")
            #expect(try months.map { try $0.value(as: Int64.self) } == [150_00, 120_00])
        }
    }

    @Test("is decided as if the release had come first, whatever was refunded and undone before and after it")
    func refundsAround() async throws {
        try await Self.with { fixture in
            for id in ["s1", "s2", "s3"] { _ = try await fixture.recordSpend.record(spend(id, amount: 10_01)) }
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 3_00))
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 2_02))
            _ = try await fixture.recordRefund(refund("r3", of: "s2", amount: 10_01))
            _ = try await fixture.recordRefund(refund("r4", of: "s3", amount: 1_00))
            _ = try await fixture.undoRefund("r4")
            #expect(try await fixture.get("s1").heldNowMinor == 4_99)
            let listed = try await fixture.heldMoney.list(cardID: "card")
            #expect(listed.spends.map(\.held.minorUnits) == [4_99, 0, 10_01])
            try await fixture.setPreference("card", [("prg_a", 1), ("prg_b", 1)])
            #expect(try await fixture.releaseWorker().sweep().released == 3)
            // Of s1 the first 4.99 are left: X(499) = (250, 249). Of s3 all is left: X(3003) - X(2002) = (501, 500).
            #expect(try await fixture.kept("prg_a") == (250 + 501) * 10_000)
            #expect(try await fixture.kept("prg_b") == (249 + 500) * 20_000)
            #expect(try await fixture.getRefund("r1").clawbacks.map(\.amountMinor) == [1_50, 1_50])
            #expect(try await fixture.getRefund("r1").parts.map(\.heldMinor) == [0])
            _ = try await fixture.undoRefund("r3")
            // X(2002) - X(1001) = (1001, 1001) - (501, 500).
            #expect(try await fixture.kept("prg_a") == (250 + 500 + 501) * 10_000)
            _ = try await fixture.undoRefund("r1")
            _ = try await fixture.recordRefund(refund("r5", of: "s3", amount: 10_01))
            _ = try await fixture.recordRefund(refund("r6", of: "s1", amount: 7_99))
            #expect(try await fixture.kept("prg_a") == 500 * 10_000)
            #expect(try await fixture.kept("prg_b") == 501 * 20_000)
            _ = try await fixture.recordRefund(refund("r7", of: "s2", amount: 10_01))
            #expect(try await fixture.kept("prg_a") == 0)
            #expect(try await fixture.kept("prg_b") == 0)
        }
    }

    @Test("waits on when the link is gone before it was decided, and is decided under the next one")
    func unlinked() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            try await fixture.setPreference("card", [("prg_a", 1)])
            try await fixture.setPreference("card", [])
            #expect(try await fixture.releaseWorker().sweep().released == 0)
            try await fixture.setPreference("card", [("prg_b", 1)])
            #expect(try await fixture.releaseWorker().sweep().released == 1)
            #expect(try await fixture.get("s1").release?.preferenceVersion == 3)
            #expect(try await fixture.kept("prg_b") == 20_000_000)
        }
    }

    @Test("that every program refused is offered once more under a later preference, and excluded when refused again")
    func refusedRemainder() async throws {
        let configuration = SpendingConfiguration(fallback: FallbackPolicy(noLinks: .hold, refused: .hold))
        let plugins = [try SpendingFixture.tiers("prg_a"), try SpendingFixture.tiers("prg_b")]
        try await Self.with(configuration, plugins: plugins) { fixture in
            try await fixture.setPreference("card", [("prg_a", 1)])
            let day = PeriodTotalTests.noon(dayOfYear: 10)
            let recorded = try await fixture.recordSpend.record(spend("s1", amount: 500_00, at: day)).recorded
            #expect(recorded.decision.heldMinor == 350_00)
            let worker = fixture.releaseWorker(configuration)
            #expect(try await worker.sweep().released == 0, "the same preference has had its say")
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 50_00))
            // Something of prg_a's month is free again, so that it has a leg of the spend and one of the release.
            _ = try await fixture.recordSpend.record(spend("s0", amount: 1, at: PeriodTotalTests.noon(dayOfYear: 100)))
            try await fixture.setPreference("card", [("prg_a", 1), ("prg_b", 3)])
            fixture.plugins.install(
                try PluginRegistry(allocationPlugins).install(
                    programID: "prg_a", plugin: "capped-tiers",
                    configuration: [
                        "tiers": [["rate": "3"]], "cap": ["on": "spending", "limit": 350, "beyond": "refuse"],
                    ],
                    configurationVersion: 2))
            #expect(try await worker.sweep().released == 1)
            let release = try #require(try await fixture.get("s1").release)
            #expect(release.legs.map(\.programID) == ["prg_a", "prg_b"])
            #expect(release.legs.map(\.amountMinor) == [200_00, 150_00])
            #expect(release.excludedMinor == 0 && release.decision?.fallback.refused == .exclude)
            let legs = try await fixture.number(
                "select count(*) from legs where spend_id = 's1' and program_id = 'prg_a'")
            #expect(legs == 2)
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 250_00))
            _ = try await fixture.undoRefund("r1")
            _ = try await fixture.recordRefund(refund("r3", of: "s1", amount: 100_00))
            #expect(try await fixture.refunded("s1") == 350_00)
            // The first 150.00 are the spend's own leg: nothing of the release is left.
            #expect(try await fixture.kept("prg_a") == 250_000_000 + 20_000)
            #expect(try await fixture.kept("prg_b") == 0)
            _ = try await fixture.recordRefund(refund("r4", of: "s1", amount: 150_00))
            #expect(try await fixture.kept("prg_a") == 20_000)
            _ = try await fixture.undoRefund("r2")
            let refund = try await fixture.getRefund("r3")
            #expect(refund.clawbacks.reduce(0) { $0 + $1.amountMinor } == 100_00)
        }
    }

    @Test("stays held with a setting until an operator asks, who writes down that they did")
    func byOperator() async throws {
        let configuration = SpendingConfiguration(releasesHeldByItself: false)
        try await Self.with(configuration) { fixture in
            try await fixture.register("bare")
            _ = try await fixture.recordSpend.record(spend("b1", card: "bare"))
            for number in 0..<5 { _ = try await fixture.recordSpend.record(spend("s\(number)")) }
            try await fixture.setPreference("card", [("prg_a", 1)])
            #expect(try await fixture.releaseWorker(configuration).sweep().released == 0)
            let report = try await fixture.releaseHeld(configuration)(
                cardID: "card", audit: AuditEntry(clientID: "op", action: "ReleaseHeld", subject: ""))
            let batches = try await fixture.pool.query(
                "select (detail ->> 'released')::int8 from operator_actions where subject = 'card' order by action_id")
            #expect(try batches.map { try $0.value(as: Int64.self) } == [2, 2, 1])
            #expect(report.released == 5)
            #expect(try await fixture.number("select count(*) from operator_actions") == 3)
            #expect(try await fixture.get("s0").release?.cause == .operator)
            #expect(try await fixture.releaseHeld(configuration)().released == 0)
            #expect(try await fixture.get("b1").heldNowMinor == 10_00, "a card without links keeps what it holds")
            let unknown = try await reason { _ = try await fixture.releaseHeld()(cardID: "nobody") }
            #expect(unknown == .unknownCard)
        }
    }

    @Test("expires with a setting, is excluded for good, and refunds around it are right")
    func expiry() async throws {
        let configuration = SpendingConfiguration(heldLifetime: .seconds(3600))
        try await Self.with(configuration) { fixture in
            for id in ["s1", "s2"] { _ = try await fixture.recordSpend.record(spend(id, amount: 10_00)) }
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 4_00))
            #expect(try await fixture.releaseWorker(configuration).sweep().expired == 0)
            let later = fixture.releaseWorker(
                configuration, now: { PostgresTimestamp.now.advanced(by: .seconds(3601)) })
            #expect(try await later.sweep().expired == 2)
            try await fixture.setPreference("card", [("prg_a", 1)])
            #expect(try await later.sweep().released == 0)
            let spend = try await fixture.get("s1")
            #expect(spend.heldNowMinor == 0 && spend.release?.outcome == .expired)
            #expect(spend.release?.excludedMinor == 10_00 && spend.release?.legs == [])
            #expect(try await fixture.getRefund("r1").parts.map(\.excludedMinor) == [4_00])
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 6_00))
            _ = try await fixture.undoRefund("r1")
            #expect(try await fixture.refunded("s1") == 6_00)
            #expect(try await fixture.kept("prg_a") == 0)
        }
    }

    @Test("is decided under a link rather than expired, when it is time for both")
    func linkBeforeExpiry() async throws {
        let configuration = SpendingConfiguration(heldLifetime: .seconds(60))
        try await Self.with(configuration) { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            try await fixture.setPreference("card", [("prg_a", 1)])
            let later = fixture.releaseWorker(configuration, now: { PostgresTimestamp.now.advanced(by: .seconds(61)) })
            let report = try await later.sweep()
            #expect(report.released == 1 && report.expired == 0)
        }
    }

    @Test("whose program has no plugin is parked, and earns when it is retried, less what refunds took of it")
    func parked() async throws {
        try await Self.with(plugins: []) { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 4_00))
            try await fixture.setPreference("card", [("prg_a", 1)])
            #expect(try await fixture.releaseWorker().sweep().released == 1)
            #expect(try await fixture.get("s1").release?.legs.map(\.status) == [.parked])
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a"))
            #expect(try await fixture.retryParkedLegs(programID: "prg_a").settled == 1)
            #expect(try await fixture.kept("prg_a") == 6_000_000)
            #expect(try await fixture.get("s1").release?.legs.map(\.earnedMicro) == [10_000_000])
            _ = try await fixture.undoRefund("r1")
            #expect(try await fixture.kept("prg_a") == 10_000_000)
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 10_00))
            #expect(try await fixture.kept("prg_a") == 0)
        }
    }

    @Test("that cannot be decided stays held by name and holds up no other")
    func obstacle() async throws {
        try await Self.with(plugins: [try SpendingFixture.flatRate("prg_a", "5000")]) { fixture in
            try await fixture.register("yen", currency: "JPY")
            for (id, amount) in [("s1", Int64(5)), ("s2", 1_000_000_000_000_000), ("s3", 7)] {
                _ = try await fixture.recordSpend.record(spend(id, card: "yen", amount: amount, currency: "JPY"))
            }
            try await fixture.setPreference("yen", [("prg_a", 1)])
            let report = try await fixture.releaseWorker().sweep()
            #expect(report.released + report.obstacles.values.reduce(0, +) >= 3)
            #expect(try await fixture.get("s1").release != nil)
            #expect(try await fixture.get("s3").release != nil)
        }
    }

    @Test(
        "of a purchase pinned to a version without links is decided by the version in force, as soon as it is recorded")
    func pinned() async throws {
        try await Self.with { fixture in
            _ = try await AuthorizeSpend(pool: fixture.pool)(
                AuthorizationRequest(
                    authorizationID: "a1", cardID: "card", currencyCode: "USD", amountMinor: 10_00))
            try await fixture.setPreference("card", [("prg_a", 1)])
            let held = HeldCards()
            let recordSpend = RecordSpend(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand(), held: held,
                logger: SpendingFixture.quiet)
            try await SpendingFixture.running(recordSpend) {
                _ = try await recordSpend.record(spend("s1", clearing: "a1"))
            }
            #expect(held.take().cardIDs == ["card"])
            #expect(try await fixture.releaseWorker().sweep().released == 1)
            #expect(try await fixture.kept("prg_a") == 10_000_000)
        }
    }

    @Test("is decided once by several workers and an operator at the same time")
    func concurrent() async throws {
        try await Self.with { fixture in
            for number in 0..<30 { _ = try await fixture.recordSpend.record(spend("s\(number)", amount: 1_00)) }
            try await fixture.setPreference("card", [("prg_a", 1)])
            let workers = (0..<3).map { _ in fixture.releaseWorker(spendsPerBatch: 2) }
            let releaseHeld = fixture.releaseHeld()
            let released = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in workers { group.addTask { try await worker.sweep().released } }
                group.addTask { try await releaseHeld(cardID: "card").released }
                return try await group.reduce(0, +)
            }
            #expect(released == 30)
            #expect(try await fixture.kept("prg_a") == 30_000_000)
        }
    }

    @Test("is listed oldest first with its age and reason, page by page, and summed by currency")
    func listed() async throws {
        try await Self.with { fixture in
            try await fixture.register("other", currency: "JPY")
            for number in 0..<3 { _ = try await fixture.recordSpend.record(spend("s\(number)", amount: 5_00)) }
            _ = try await fixture.recordSpend.record(spend("j", card: "other", amount: 70, currency: "JPY"))
            let first = try await fixture.heldMoney.list(pageSize: 3)
            #expect(first.spends.map(\.spendID) == ["s0", "s1", "s2"])
            #expect(first.spends.allSatisfy { $0.reason == .noLinks && $0.preferenceVersion == 0 })
            let second = try await fixture.heldMoney.list(pageSize: 3, pageToken: first.nextPageToken)
            #expect(second.spends.map(\.cardID) == ["other"] && second.nextPageToken.isEmpty)
            let totals = try await fixture.heldMoney.totals()
            #expect(totals.map(\.currencyCode) == ["JPY", "USD"])
            #expect(totals.map(\.heldMinor) == [70, 15_00] && totals.map(\.spends) == [1, 3])
            #expect(totals[1].oldestSince == first.spends[0].heldSince)
            let bad = try await reason { _ = try await fixture.heldMoney.list(pageToken: "zz") }
            #expect(bad == .badPageToken)
        }
    }
}

extension Array {
    /// Maps one after the other.
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
