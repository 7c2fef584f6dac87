import MultibrandAPI
import SwiftProtobuf

/// What the sandbox's programs earn by in `demo` and `dev`.
enum DemoPrograms {
    static let configurations: [(programID: String, plugin: String, configuration: String)] = [
        ("prg_sky", "flat-rate", #"{"pointsPerMajorUnit": "1.5"}"#),
        (
            "prg_stay", "category",
            #"{"categories": "2026-11", "defaultRate": "1", "rates": [{"name": "TRAVEL", "codes": ["4511", "7011"], "#
                + #""rate": "4"}]}"#
        ),
        (
            "prg_fuel", "capped-tiers",
            #"{"tiers": [{"upTo": 200, "rate": "3"}, {"rate": "1"}], "cap": {"on": "earning", "limit": 900, "beyond": "#
                + #""refuse"}}"#
        ),
        ("prg_shop", "flat-rate", #"{"pointsPerMajorUnit": "0.02"}"#),
        ("prg_rail", "flat-rate", #"{"pointsPerMajorUnit": "2.125"}"#),
        ("prg_cash", "flat-rate", #"{"percentBack": "1.25"}"#),
    ]

    /// Reads the catalogue and puts the plugins in force; again changes nothing.
    static func configure(_ connection: AdminConnection) async throws {
        let _: Multibrand_V1_ListProgramsResponse = try await connection.call(
            "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
        for one in configurations {
            let _: Multibrand_V1_ConfigureProgramResponse = try await connection.call(
                "AdminService/ConfigureProgram",
                Multibrand_V1_ConfigureProgramRequest.with {
                    $0.programID = one.programID
                    $0.plugin = one.plugin
                    $0.configurationJson = one.configuration
                })
        }
    }
}
