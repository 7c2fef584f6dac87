import Access
import MultibrandAPI
import PluginRuntime
import Programs
import RPC
import Spending
import SwiftProtobuf

extension AdminDoor {
    /// What loyalty programs earn by, and whether they are issued to.
    func registerPrograms(in routes: inout DoorRoutes) {
        routes.unary("RefreshPrograms", .operator, audits: { _ in AuditedPart("programs") }) {
            (_: Multibrand_V1_RefreshProgramsRequest, _, audit) in
            let programs = try await refreshPrograms(audit: audit).programs
            await catalogue.followCommit()
            return Multibrand_V1_ListProgramsResponse.with { $0.programs = programs.map(Multibrand_V1_Program.init) }
        }
        routes.unary("ConfigureProgram", .operator, audits: { AuditedPart($0.programID) }) {
            (request: Multibrand_V1_ConfigureProgramRequest, context, audit) in
            let outcome = try await configureProgram(
                programID: request.programID, plugin: request.plugin, configurationJSON: request.configurationJson,
                dryRun: request.dryRun, paysInto: try request.paysInto.wanted(), by: context.caller.clientID,
                audit: audit)
            return Multibrand_V1_ConfigureProgramResponse.with {
                $0.program = Multibrand_V1_Program(outcome.program)
                $0.changed = outcome.isChanged
                $0.checks = Int32(clamping: outcome.checks)
            }
        }
        routes.unary(
            "PauseProgram", .operator, audits: { AuditedPart($0.programID, ["paused": "\($0.paused)"]) }
        ) { (request: Multibrand_V1_PauseProgramRequest, _, audit) in
            Multibrand_V1_Program(
                try await pauseProgram(programID: request.programID, isPaused: request.paused, audit: audit))
        }
        routes.unary("ListPlugins", .operator) { (_: Multibrand_V1_ListPluginsRequest, _) in
            Multibrand_V1_ListPluginsResponse.with {
                $0.plugins = catalogue.registry.listings.map { listing in
                    Multibrand_V1_Plugin.with {
                        $0.name = listing.name
                        $0.version = listing.version
                        $0.summary = listing.summary
                        $0.configurationSchema = listing.configurationSchema
                    }
                }
            }
        }
        routes.unary("ListProgramConfigurations", .operator) {
            (request: Multibrand_V1_ListProgramConfigurationsRequest, _) in
            let configurations = try await listConfigurations(programID: request.programID)
            return Multibrand_V1_ListProgramConfigurationsResponse.with {
                $0.configurations = configurations.map(Multibrand_V1_ProgramConfiguration.init)
            }
        }
        routes.unary("RetryParkedLegs", .operator, audits: { AuditedPart($0.programID) }) {
            (request: Multibrand_V1_RetryParkedLegsRequest, _, audit) in
            let report = try await retryParkedLegs(programID: request.programID, audit: audit)
            return Multibrand_V1_RetryParkedLegsResponse.with {
                $0.earned = Int64(report.settled)
                $0.stillParked = Int64(report.parkedAgain.values.reduce(0, +))
                $0.stillParkedByReason = report.parkedAgain.mapValues(Int64.init)
            }
        }
    }
}

extension Multibrand_V1_PaysInto {
    /// What the caller asks for; nil to leave it as it is.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    fileprivate func wanted() throws -> PaysInto? {
        switch self {
        case .unspecified: nil
        case .cosmo: .cosmo
        case .wallet: .wallet
        case .UNRECOGNIZED: throw InvalidField("pays_into", "is not a place this service knows")
        }
    }
}

extension Multibrand_V1_ProgramConfiguration {
    init(_ configuration: ProgramConfiguration) {
        self.init()
        configurationVersion = Int32(clamping: configuration.configurationVersion)
        plugin = configuration.plugin
        pluginVersion = configuration.pluginVersion
        configurationJson = configuration.configurationJSON
        digest = configuration.digest
        setBy = configuration.setBy
        setAt = .init(configuration.setAt)
    }
}
