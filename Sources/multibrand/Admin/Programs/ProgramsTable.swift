import MultibrandAPI
import SwiftProtobuf

extension Multibrand_V1_ListProgramsResponse {
    var table: String {
        var table = TextTable([
            .text("program"), .text("name"), .text("currency"), .text("earns by"), .number("least"), .number("most"),
            .text("needs"), .text("pays into"),
            .text("state"),
        ])
        for program in programs {
            let state = [program.listed ? nil : "no longer listed", program.issuingPaused ? "paused" : nil].compactMap {
                $0
            }
            table.add([
                program.programID, program.name, program.currencyCode,
                program.plugin.isEmpty ? "nothing yet" : "\(program.plugin), version \(program.configurationVersion)",
                program.minimumPoints > 0 ? "\(program.minimumPoints)" : "-",
                program.maximumPoints > 0 ? "\(program.maximumPoints)" : "-",
                program.requiredFields.joined(separator: " "), program.paysInto == .wallet ? "wallet" : "Cosmo",
                state.isEmpty ? "issuing" : state.joined(separator: ", "),
            ])
        }
        return table.rendered(whenEmpty: "No programs yet: multibrand admin programs refresh reads Cosmo's catalogue.")
    }
}
