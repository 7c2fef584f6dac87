import PluginRuntime
import PostgreSQL
import Testing

@testable import Programs

/// Programs of the issuer's own, which pay into the wallet and which Cosmo knows nothing of.
@Suite("A program that pays into the wallet")
struct WalletProgramTests {
    private static let onePoint = #"{"pointsPerMajorUnit":"1"}"#

    private static func make(
        _ programID: String, _ fixture: ProgramsFixture, paysInto: PaysInto? = .wallet, dryRun: Bool = false
    ) async throws -> ConfigureProgram.Outcome {
        try await fixture.configure(
            programID: programID, plugin: "flat-rate", configurationJSON: onePoint, dryRun: dryRun, paysInto: paysInto,
            by: "ops", audit: ProgramsFixture.entry("ConfigureProgram", of: "stars"))
    }

    @Test("is made by configuring it, is listed, asks for no account, and is recorded; again changes nothing")
    func made() async throws {
        try await ProgramsFixture.with { fixture in
            let trial = try await Self.make("stars", fixture, dryRun: true)
            #expect(trial.isChanged && trial.program.paysInto == .wallet)
            try await fixture.catalogue.reload()
            #expect(fixture.catalogue.program("stars") == nil, "a trial makes nothing")

            #expect(try await Self.make("stars", fixture).isChanged)
            let program = try #require(fixture.catalogue.program("stars"))
            #expect(program.paysInto == .wallet && program.isListed && program.requiredFields == [])
            #expect(fixture.catalogue.inForce["stars"] != nil)
            #expect(try await Self.make("stars", fixture).isChanged == false)
            #expect(
                try await Self.make("stars", fixture, paysInto: nil).isChanged == false, "left out, it stays as it is")
            #expect(try await fixture.actions() == ["ConfigureProgram stars by ops"])
        }
    }

    @Test("a refresh neither unlists it nor takes Cosmo's program of its id for it")
    func refreshed() async throws {
        let sky = ProgramsFixture.sky(id: "prg_sky")
        let namesake = ProgramsFixture.sky(id: "stars", name: "Cosmo's")
        try await ProgramsFixture.with([sky], fields: ["prg_sky": [], "stars": ["destinationUserId"]]) { fixture in
            _ = try await Self.make("stars", fixture)
            #expect(try await fixture.refresh().unlisted == 0)
            fixture.cosmo.change { $0.programs = .success([sky, namesake]) }
            #expect(try await fixture.refresh().changed == 0)
            try await fixture.catalogue.reload()
            let program = try #require(fixture.catalogue.program("stars"))
            #expect(program.paysInto == .wallet && program.name == "stars" && program.requiredFields == [])
            #expect(program.isListed)
        }
    }

    @Test("where a program pays is decided when it is made: neither kind becomes the other")
    func forEver() async throws {
        try await ProgramsFixture.with([ProgramsFixture.sky()], fields: ["prg_sky": []]) { fixture in
            _ = try await fixture.refresh()
            _ = try await Self.make("stars", fixture)
            for (programID, place) in [("prg_sky", PaysInto.wallet), ("stars", .cosmo)] {
                for dryRun in [true, false] {
                    let error = await #expect(throws: ProgramsError.self) {
                        try await Self.make(programID, fixture, paysInto: place, dryRun: dryRun)
                    }
                    #expect(error?.reason == .paysElsewhere && error?.field == "pays_into")
                }
            }
            let error = await #expect(throws: ProgramsError.self) {
                try await Self.make("prg_new", fixture, paysInto: .cosmo)
            }
            #expect(error?.reason == .unknownProgram, "only Cosmo makes programs of Cosmo's")
        }
    }
}
