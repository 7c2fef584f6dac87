import Cosmo
import Foundation
import PostgreSQL
import TestSupport
import Testing
import Waiting

@testable import Programs

@Suite("The catalogue")
struct RefreshTests {
    @Test("a refresh stores what Cosmo lists, with no limit written as none")
    func stores() async throws {
        let limits = CosmoLimits(minimum: 0, maximum: 0)
        let program = ProgramsFixture.sky(
            points: CosmoLimits(minimum: Decimal(12) / 10, maximum: Decimal(99) / 10), value: limits)
        try await ProgramsFixture.with([program], fields: ["prg_sky": ["destinationUserId"]]) { fixture in
            let summary = try await fixture.refresh()
            let counts = [summary.listed, summary.changed, summary.unlisted, summary.fieldsMissing]
            #expect(counts == [1, 1, 0, 0])
            try await fixture.catalogue.reload()
            #expect(summary.programs == fixture.catalogue.all)
            let stored = try #require(fixture.catalogue.program("prg_sky"))
            #expect(stored.name == "Sky")
            #expect(stored.currencyCode == "EUR")
            #expect(stored.localCurrencyCode == "USD")
            // A least of 1.2 points is 2 whole ones; a most of 9.9 is 9.
            #expect(stored.limits == IssuanceLimits(minimumPoints: 2, maximumPoints: 9))
            #expect(stored.requiredFields == ["destinationUserId"])
            #expect(stored.isListed && !stored.isIssuingPaused)
            #expect(stored.configuration == nil)
            #expect(fixture.woken.all == ["prg_sky"])
            let row = try await fixture.pool.query("select catalogue ->> 'pricePerPoint' as price from programs").first
            #expect(try row?.get("price", as: String.self) == "0.0459")
        }
    }

    @Test("an equal catalogue changes nothing and wakes nobody")
    func equalCatalogue() async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            _ = try await fixture.refresh()
            try await fixture.catalogue.reload()
            let before = fixture.catalogue.all
            fixture.woken.clear()
            let summary = try await fixture.refresh()
            #expect(summary.changed == 0)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.all == before)
            #expect(fixture.woken.all == [])
        }
    }

    @Test("a program that Cosmo no longer lists stays as not listed, and comes back")
    func unlisted() async throws {
        let one = ProgramsFixture.sky(id: "prg_a")
        let two = ProgramsFixture.sky(id: "prg_b")
        try await ProgramsFixture.with([one, two], fields: ["prg_a": [], "prg_b": []]) { fixture in
            _ = try await fixture.refresh()
            fixture.cosmo.change { $0.programs = .success([two]) }
            fixture.woken.clear()
            #expect(try await fixture.refresh().unlisted == 1)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.program("prg_a")?.isListed == false)
            #expect(fixture.catalogue.program("prg_b")?.isListed == true)
            #expect(fixture.woken.all == [])
            fixture.cosmo.change { $0.programs = .success([one, two]) }
            #expect(try await fixture.refresh().changed == 1)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.program("prg_a")?.isListed == true)
            #expect(fixture.woken.all == ["prg_a"])
        }
    }

    @Test("changed limits wake issuance, a changed name does not")
    func termsChange() async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            _ = try await fixture.refresh()
            fixture.woken.clear()
            fixture.cosmo.change { $0.programs = .success([ProgramsFixture.sky(name: "Sky High")]) }
            #expect(try await fixture.refresh().changed == 1)
            #expect(fixture.woken.all == [])
            let limits = CosmoLimits(minimum: 100, maximum: nil)
            fixture.cosmo.change { $0.programs = .success([ProgramsFixture.sky(name: "Sky High", points: limits)]) }
            #expect(try await fixture.refresh().changed == 1)
            #expect(fixture.woken.all == ["prg_sky"])
        }
    }

    @Test("fields that Cosmo does not tell this time keep what is known, and are unknown before")
    func fields() async throws {
        let programs = [ProgramsFixture.sky(id: "prg_a"), ProgramsFixture.sky(id: "prg_b")]
        try await ProgramsFixture.with(programs, fields: ["prg_a": ["email"]]) { fixture in
            #expect(try await fixture.refresh().fieldsMissing == 1)
            fixture.cosmo.change { $0.fields = ["prg_b": []] }
            #expect(try await fixture.refresh().fieldsMissing == 1)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.program("prg_a")?.requiredFields == ["email"])
            #expect(fixture.catalogue.program("prg_b")?.requiredFields == [])
        }
    }

    @Test("a Cosmo that does not answer changes nothing and says so")
    func cosmoAway() async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            _ = try await fixture.refresh()
            for (error, reason) in [
                (ScriptedCosmo.away, ProgramsError.Reason.cosmoUnavailable), (ScriptedCosmo.refused, .cosmoRefused),
            ] {
                fixture.cosmo.change { $0.programs = .failure(error) }
                let refusal = await #expect(throws: ProgramsError.self) { try await fixture.refresh() }
                #expect(refusal?.reason == reason)
            }
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.program("prg_sky")?.isListed == true)
        }
    }

    @Test("ids that no weight vector can hold, and repeated ones, are left out")
    func unusableIDs() async throws {
        let programs = ["prg a", "prg:a", "", "prg_ok", "prg_ok", String(repeating: "x", count: 65)]
            .map { ProgramsFixture.sky(id: $0) }
        try await ProgramsFixture.with(programs, fields: ["prg_ok": []]) { fixture in
            #expect(try await fixture.refresh().listed == 1)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.all.map(\.programID) == ["prg_ok"])
        }
    }

    @Test("processes that refresh at the same time agree")
    func concurrentRefreshes() async throws {
        let programs = (0..<20).map { ProgramsFixture.sky(id: "prg_\($0)") }
        let fields = Dictionary(uniqueKeysWithValues: programs.map { ($0.id, ["f"]) })
        try await ProgramsFixture.with(programs, fields: fields) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await fixture.refresh() } }
                try await group.waitForAll()
            }
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.all.count == 20)
            #expect(fixture.catalogue.all.allSatisfy { $0.isListed && $0.requiredFields == ["f"] })
        }
    }

    @Test("another process's change reaches a running catalogue, and the worker refreshes at once")
    func notification() async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            let notices = PostgresNotices(
                pool: fixture.pool, heartbeat: .milliseconds(50), patience: .seconds(300),
                logger: ProgramsFixture.logger)
            let other = try ProgramsFixture(pool: fixture.pool, cosmo: fixture.cosmo, notices: notices)
            let worker = CatalogueWorker(
                refresh: fixture.refresh, catalogue: fixture.catalogue, logger: ProgramsFixture.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await notices.run() }
                try await eventually("notices are heard") { notices.heardUntil != nil }
                group.addTask { try await other.catalogue.run() }
                group.addTask { try await worker.run() }
                try await eventually("the other process knows") { other.catalogue.program("prg_sky") != nil }
                _ = try await fixture.pause(programID: "prg_sky", isPaused: true)
                try await eventually("the other process knows") {
                    other.catalogue.program("prg_sky")?.isIssuingPaused == true
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(fixture.cosmo.questions == 1)
        }
    }

    @Test("pauses stay within a tenth of the interval")
    func pauses() {
        #expect(CatalogueWorker.pause(.seconds(300)) { $0.lowerBound } == .seconds(270))
        #expect(CatalogueWorker.pause(.seconds(300)) { $0.upperBound } == .seconds(330))
    }

    @Test(
        "pauses after failures stay within their bound",
        arguments: [
            (1, 1, 2_000), (2, 1, 4_000), (7, 1, 128_000), (8, 1, 256_000), (9, 1, 300_000),
            (Int.max, 1, 300_000),
        ])
    func pausesAfterFailures(failures: Int, shortest: Int, longest: Int) {
        func pause(_ random: (ClosedRange<Int64>) -> Int64) -> Duration {
            CatalogueWorker.backoff(.seconds(300)).pause(afterFailures: failures, random: random)
        }
        #expect(pause { $0.lowerBound } == .milliseconds(shortest))
        #expect(pause { $0.upperBound } == .milliseconds(longest))
    }
}
