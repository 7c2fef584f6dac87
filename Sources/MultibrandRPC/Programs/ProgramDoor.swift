import Access
import Cosmo
import Foundation
import MultibrandAPI
import Programs
import RPC
import Rewards
import SwiftProtobuf

/// The calls about loyalty programs that platforms make, beside their preferences.
struct ProgramDoor: Sendable {
    let catalogue: ProgramCatalogue
    let cosmo: any CosmoAPI

    func register(in routes: inout DoorRoutes) {
        routes.unary("ListPrograms", .platform) { (_: Multibrand_V1_ListProgramsRequest, _) in
            Multibrand_V1_ListProgramsResponse.with { $0.programs = catalogue.all.map(Multibrand_V1_Program.init) }
        }
        routes.unary("GetProgramFields", .platform) { (request: Multibrand_V1_GetProgramFieldsRequest, _) in
            // Nobody has to be asked about the card's own user.
            if try known(request.programID).paysInto == .wallet { return Multibrand_V1_ProgramFields() }
            let fields = try await asking { () async throws(CosmoError) in
                try await cosmo.fields(programID: request.programID)
            }
            return Multibrand_V1_ProgramFields.with { $0.requiredFields = fields.requiredNames }
        }
        routes.unary("ValidateMember", .platform) { (request: Multibrand_V1_ValidateMemberRequest, _) in
            if try known(request.programID).paysInto == .wallet {
                return Multibrand_V1_ValidateMemberResponse.with { $0.isValid = true }
            }
            let isValid = try await asking { () async throws(CosmoError) in
                try await cosmo.validateMember(
                    programID: request.programID, account: request.destinationAccount.account)
            }
            return Multibrand_V1_ValidateMemberResponse.with { $0.isValid = isValid }
        }
        routes.unary("PreviewPoints", .platform) { (request: Multibrand_V1_PreviewPointsRequest, _) in
            guard try known(request.programID).paysInto == .cosmo else {
                throw InvalidField("program_id", "pays into the wallet, where a point is a point: Cosmo has no price")
            }
            guard request.value > 0 else { throw InvalidField("value", "must be above zero") }
            let points = try await asking { () async throws(CosmoError) in
                try await cosmo.preview(programID: request.programID, value: request.value)
            }
            return Multibrand_V1_PreviewPointsResponse.with {
                $0.points = "\(points)"
                $0.wholePoints = DecimalText.whole(points, .down) ?? .max
            }
        }
    }

    private func known(_ programID: String) throws -> Program {
        guard let program = catalogue.program(programID) else { throw ProgramsError.unknownProgram(programID) }
        return program
    }

    private func asking<Answer>(_ body: () async throws(CosmoError) -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch {
            throw CosmoFailure(error)
        }
    }
}

extension Multibrand_V1_Program {
    init(_ program: Program) {
        self.init()
        programID = program.programID
        name = program.name
        currencyCode = program.currencyCode ?? ""
        minimumPoints = program.limits.minimumPoints ?? 0
        maximumPoints = program.limits.maximumPoints ?? 0
        minimumValue = program.limits.minimumValue ?? 0
        maximumValue = program.limits.maximumValue ?? 0
        requiredFields = program.requiredFields ?? []
        listed = program.isListed
        issuingPaused = program.isIssuingPaused
        paysInto = program.paysInto == .wallet ? .wallet : .cosmo
        if program.facts != CatalogueFacts() || program.localCurrencyCode != nil { description_p = .init(program) }
        guard let configuration = program.configuration else { return }
        plugin = configuration.plugin
        pluginVersion = configuration.pluginVersion
        configurationVersion = Int32(clamping: configuration.configurationVersion)
        configurationJson = configuration.configurationJSON
        configurationDigest = configuration.digest
    }
}

extension Multibrand_V1_ProgramDescription {
    fileprivate init(_ program: Program) {
        self.init()
        let facts = program.facts
        businessName = facts.businessName ?? ""
        brandDescription = facts.brandDescription ?? ""
        industry = facts.industry ?? ""
        logoURL = facts.logoURL ?? ""
        termsAndConditionsURL = facts.termsAndConditionsURL ?? ""
        pricePerPoint = facts.pricePerPoint ?? ""
        pricePerPointInLocalCurrency = facts.pricePerPointInLocalCurrency ?? ""
        pricePerPointInUsd = facts.pricePerPointInUSD ?? ""
        localCurrencyCode = program.localCurrencyCode ?? ""
    }
}
