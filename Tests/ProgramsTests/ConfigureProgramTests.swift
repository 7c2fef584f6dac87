import AllocationPlugin
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Programs

@Suite("Configuring programs")
struct ConfigureProgramTests {
    private static let onePoint = #"{ "pointsPerMajorUnit" : "1" }"#
    private static let twoPoints = #"{"pointsPerMajorUnit":"2"}"#

    private func withSky(_ body: (ProgramsFixture) async throws -> Void) async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            _ = try await fixture.refresh()
            try await body(fixture)
        }
    }

    @Test("a configuration becomes version 1, in canonical form, in force at once and recorded")
    func firstVersion() async throws {
        try await withSky { fixture in
            let outcome = try await fixture.configure(
                programID: "prg_sky", plugin: "flat-rate", configurationJSON: Self.onePoint, by: "ops",
                audit: ProgramsFixture.entry("ConfigureProgram"))
            #expect(outcome.isChanged)
            #expect(outcome.checks > 0)
            let configuration = try #require(outcome.program.configuration)
            #expect(configuration.configurationVersion == 1)
            #expect(configuration.configurationJSON == #"{"pointsPerMajorUnit":"1"}"#)
            #expect(configuration.setBy == "ops")
            #expect(configuration.digest.count == 64)
            let plugin = try #require(fixture.catalogue.inForce["prg_sky"])
            #expect(plugin.identity.configurationVersion == 1)
            #expect(plugin.identity.digest == configuration.digest)
            #expect(try await fixture.actions() == ["ConfigureProgram prg_sky by ops"])
        }
    }

    @Test("the same configuration, however it is laid out, changes nothing; another makes the next version")
    func versions() async throws {
        try await withSky { fixture in
            let configure = { (json: String) in
                try await fixture.configure(
                    programID: "prg_sky", plugin: "flat-rate", configurationJSON: json, by: "ops",
                    audit: ProgramsFixture.entry("ConfigureProgram"))
            }
            _ = try await configure(Self.onePoint)
            #expect(try await configure("{\"pointsPerMajorUnit\":\n\"1\"}").isChanged == false)
            #expect(try await configure(Self.twoPoints).program.configuration?.configurationVersion == 2)
            // Going back is a new version too: what was decided with version 1 stays distinguishable.
            #expect(try await configure(Self.onePoint).program.configuration?.configurationVersion == 3)
            let listed = try await ListProgramConfigurations(pool: fixture.pool)(programID: "prg_sky")
            #expect(listed.map(\.configurationVersion) == [3, 2, 1])
            #expect(listed[0].digest == listed[2].digest)
            #expect(try await fixture.actions().count == 3)
        }
    }

    @Test("equal calls at once make one version")
    func concurrentCalls() async throws {
        try await withSky { fixture in
            let changes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await fixture.configure(
                            programID: "prg_sky", plugin: "flat-rate", configurationJSON: Self.onePoint, by: "ops",
                            audit: ProgramsFixture.entry("ConfigureProgram")
                        ).isChanged
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(changes == 1)
            #expect(fixture.catalogue.inForce["prg_sky"]?.identity.configurationVersion == 1)
        }
    }

    @Test("a dry run tells what would happen and writes nothing")
    func dryRun() async throws {
        try await withSky { fixture in
            let outcome = try await fixture.configure(
                programID: "prg_sky", plugin: "flat-rate", configurationJSON: Self.onePoint, dryRun: true, by: "ops",
                audit: ProgramsFixture.entry("ConfigureProgram"))
            #expect(outcome.isChanged)
            #expect(outcome.program.configuration == nil)
            #expect(try await ListProgramConfigurations(pool: fixture.pool)(programID: "prg_sky").isEmpty)
            #expect(try await fixture.actions() == [])
        }
    }

    @Test(
        "what cannot be put in force is refused by name",
        arguments: [
            ("prg_sky", "lua", "{}", ProgramsError.Reason.unknownPlugin, "flat-rate"),
            ("prg_sky", "flat-rate", "{", .badConfiguration, "byte 1"),
            ("prg_sky", "flat-rate", #"{"rate":"1"}"#, .badConfiguration, "$.rate"),
            ("prg_sky", "flat-rate", "{}", .badConfiguration, "$"),
            ("prg_other", "flat-rate", Self.onePoint, .unknownProgram, "prg_other"),
            ("prg sky", "flat-rate", Self.onePoint, .invalidArgument, "program_id"),
            ("", "flat-rate", Self.onePoint, .invalidArgument, "program_id"),
        ])
    func refusals(
        programID: String, plugin: String, json: String, reason: ProgramsError.Reason, words: String
    ) async throws {
        try await withSky { fixture in
            let error = await #expect(throws: ProgramsError.self) {
                try await fixture.configure(
                    programID: programID, plugin: plugin, configurationJSON: json, by: "ops",
                    audit: ProgramsFixture.entry("ConfigureProgram"))
            }
            #expect(error?.reason == reason)
            #expect(error?.message.contains(words) == true)
            let actions = try await fixture.actions()
            #expect(actions == [])
        }
    }

    @Test("a plugin that breaks the contract is not activated, and the rule and question are named")
    func conformance() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let catalogue = ProgramCatalogue(
                pool: pool, registry: try PluginRegistry([GreedyPlugin.self]), logger: ProgramsFixture.logger)
            let configure = ConfigureProgram(pool: pool, catalogue: catalogue)
            let error = await #expect(throws: ProgramsError.self) {
                try await configure(
                    programID: "prg_new", plugin: "greedy", configurationJSON: "{}", allowUnlisted: true, by: "ops",
                    audit: ProgramsFixture.entry("ConfigureProgram"))
            }
            #expect(error?.reason == .conformanceFailed)
            #expect(error?.message.contains("ACCEPTS_WITHIN_SHARE") == true)
            #expect(error?.message.contains("share ") == true)
            try await catalogue.reload()
            #expect(catalogue.all.isEmpty)
        }
    }

    @Test("a program may be set up before Cosmo lists it, when that is asked for")
    func allowUnlisted() async throws {
        try await withSky { fixture in
            let outcome = try await fixture.configure(
                programID: "prg_next", plugin: "flat-rate", configurationJSON: Self.onePoint, allowUnlisted: true,
                by: "ops", audit: ProgramsFixture.entry("ConfigureProgram"))
            #expect(outcome.program.isListed == false)
            #expect(outcome.program.requiredFields == nil)
            #expect(outcome.program.configuration?.configurationVersion == 1)
            fixture.cosmo.change { $0.programs = .success([ProgramsFixture.sky(id: "prg_next")]) }
            _ = try await fixture.refresh()
            try await fixture.catalogue.reload()
            let listed = try #require(fixture.catalogue.program("prg_next"))
            #expect(listed.isListed)
            #expect(listed.configuration?.configurationVersion == 1)
        }
    }

    @Test("former configurations can be loaded for a replay, unknown ones not")
    func formerConfigurations() async throws {
        try await withSky { fixture in
            for json in [Self.onePoint, Self.twoPoints] {
                _ = try await fixture.configure(
                    programID: "prg_sky", plugin: "flat-rate", configurationJSON: json, by: "ops",
                    audit: ProgramsFixture.entry("ConfigureProgram"))
            }
            for version: Int64 in [1, 2, 1] {
                let plugin = try await fixture.catalogue.plugin(of: "prg_sky", configurationVersion: version)
                #expect(plugin.identity.configurationVersion == version)
                let request = AllocationRequest(
                    shareMinor: 100,
                    of: Purchase(amount: Money(currency: try CurrencyCode("EUR"), minorUnits: 100), occurredAtMicros: 0)
                )
                #expect(try plugin.plugin.allocate(request).earning.micro == version * 1_000_000)
            }
            let error = await #expect(throws: ProgramsError.self) {
                try await fixture.catalogue.plugin(of: "prg_sky", configurationVersion: 3)
            }
            #expect(error?.reason == .unknownConfiguration)
        }
    }

    @Test("a plugin version that this build lacks is a fault that is shown, and its program has no plugin")
    func absentPluginVersion() async throws {
        try await withSky { fixture in
            _ = try await fixture.configure(
                programID: "prg_sky", plugin: "flat-rate", configurationJSON: Self.onePoint, by: "ops",
                audit: ProgramsFixture.entry("ConfigureProgram"))
            _ = try await fixture.pool.query("update program_configurations set plugin_version = '0.0.1'")
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.inForce["prg_sky"] == nil)
            #expect(fixture.catalogue.snapshot.faults["prg_sky"]?.contains("flat-rate@0.0.1") == true)
        }
    }

    @Test("pausing is idempotent and recorded; resuming wakes issuance")
    func pause() async throws {
        try await withSky { fixture in
            fixture.woken.clear()
            for _ in 0..<2 {
                let paused = try await fixture.pause(
                    programID: "prg_sky", isPaused: true, audit: ProgramsFixture.entry("PauseProgram"))
                #expect(paused.isIssuingPaused)
            }
            #expect(fixture.catalogue.program("prg_sky")?.isIssuingPaused == true)
            #expect(fixture.woken.all == [])
            for _ in 0..<2 {
                let resumed = try await fixture.pause(
                    programID: "prg_sky", isPaused: false, audit: ProgramsFixture.entry("PauseProgram"))
                #expect(!resumed.isIssuingPaused)
            }
            #expect(fixture.woken.all == ["prg_sky"])
            #expect(try await fixture.actions() == ["PauseProgram prg_sky by ops", "PauseProgram prg_sky by ops"])
            let error = await #expect(throws: ProgramsError.self) {
                try await fixture.pause(programID: "prg_none", isPaused: true)
            }
            #expect(error?.reason == .unknownProgram)
        }
    }

    @Test("programs are read inside a caller's transaction as the database has them")
    func termsInTransaction() async throws {
        try await withSky { fixture in
            let programs = try await fixture.pool.withTransaction { connection in
                _ = try await connection.query("update programs set issuing_paused = true")
                return try await fixture.catalogue.programs(["prg_sky", "prg_none"], on: connection)
            }
            #expect(programs.keys.sorted() == ["prg_sky"])
            #expect(programs["prg_sky"]?.isIssuingPaused == true)
        }
    }
}

/// A plugin that accepts more than it is offered.
private struct GreedyPlugin: AllocationPlugin {
    static let name = "greedy"
    static let version = "1.0.0"
    static let summary = "Takes too much."
    static let configurationSchema = "{}"

    init(configuration: JSONValue) throws(PluginConfigurationError) {}

    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        let tooMuch = request.shareMinor == 0 ? 0 : request.shareMinor &+ 1
        return AllocationAnswer(acceptedMinor: tooMuch, earning: .points(.init(0)))
    }
}
