import Foundation
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Programs, fields, members and previews")
struct ProgramTests {
    @Test("prices and limits are the same decimals whether written as strings or as numbers")
    func prices() async throws {
        try await SandboxSession.run { session in
            let asStrings = try await session.client.programs()
            session.sandbox.switches.priceStyle = .number
            let asNumbers = try await session.client.programs()
            #expect(asStrings == asNumbers)
            let sky = try #require(asStrings.first { $0.id == "prg_sky" })
            #expect(sky.pricePerPoint == Decimal(string: "0.0459"))
            #expect(sky.pricePerPointInLocalCurrency == Decimal(string: "0.0125"))
            #expect(sky.localCurrency == "USD" && sky.programCurrency == "AED")
            #expect(sky.pointsLimits.minimumWhole == 100 && sky.pointsLimits.maximumWhole == 100_000)
            let stay = try #require(asStrings.first { $0.id == "prg_stay" })
            #expect(stay.pointsLimits.maximumWhole == nil)
            #expect(asStrings.contains { $0.id == "prg_closed" } == false)
        }
    }

    @Test("each documented shape of the fields reads the same", arguments: SandboxSwitches.FieldsShape.allCases)
    func fieldShapes(_ shape: SandboxSwitches.FieldsShape) async throws {
        try await SandboxSession.run { session in
            session.sandbox.switches.fieldsShape = shape
            let fields = try await session.client.fields(programID: "prg_shop")
            #expect(fields.requiredNames == ["destinationUserEmail"])
            #expect(fields.missing(in: CosmoAccount(userID: "M-1")) == ["destinationUserEmail"])
            #expect(fields.missing(in: CosmoAccount(email: "a@example.org")).isEmpty)
        }
    }

    @Test(
        "a fields answer of any other shape is an error, never 'nothing required'",
        arguments: [
            #""destinationUserId""#, "1", "null", #"{"destinationUserId":"yes"}"#, #"[1]"#, #"[{"name":"x"}]"#,
            #"{"fields":["destinationUserId"]}"#, #"[{"required":true}]"#,
        ])
    func unknownFieldShapes(_ text: String) throws {
        let json = try #require(JSONTree.parse(Array(text.utf8)))
        #expect(CosmoProgramFields(json) == nil)
    }

    @Test("an invalid member is an answer, not an error")
    func members() async throws {
        try await SandboxSession.run { session in
            let client = session.client
            let both = CosmoAccount(userID: "X-1", email: "a@example.org")
            let known = try await client.validateMember(programID: "prg_sky", account: CosmoAccount(userID: "M-1"))
            let unknown = try await client.validateMember(
                programID: "prg_sky", account: CosmoAccount(userID: "SIM-INVALID-MEMBER"))
            let foreign = try await client.validateMember(programID: "prg_rail", account: both)
            #expect(known && !unknown && !foreign)
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await client.validateMember(programID: "prg_shop", account: .init(userID: "M-1"))
            }
            #expect(error?.reason == .invalidRequest)
        }
    }

    @Test(
        "a preview converts exactly, rounding points down",
        arguments: [
            ("prg_sky", 25, "2000"), ("prg_stay", 1, "138"), ("prg_shop", 335, "50000"), ("prg_shop", 1, "149"),
            ("prg_rail", 163, "10000"), ("prg_cash", 10_000, "1000000"),
        ])
    func previews(_ programID: String, _ value: Int64, _ points: String) async throws {
        try await SandboxSession.run { session in
            let preview = try await session.client.preview(programID: programID, value: value)
            #expect(preview == Decimal(string: points))
        }
    }

    @Test("a value in minor units is a hundredth of one in major units")
    func valueUnit() async throws {
        try await SandboxSession.run { session in
            session.sandbox.switches.valueUnit = .minor
            let points = try await session.client.preview(programID: "prg_cash", value: 1234)
            #expect(points == 1234)
        }
        #expect(CosmoValueUnit.major.minorUnitsPerUnit(exponent: 2) == 100)
        #expect(CosmoValueUnit.major.minorUnitsPerUnit(exponent: 3) == 1000)
        #expect(CosmoValueUnit.minor.minorUnitsPerUnit(exponent: 3) == 1)
        #expect(CosmoValueUnit.major.minorUnitsPerUnit(exponent: 19) == nil)
    }
}
