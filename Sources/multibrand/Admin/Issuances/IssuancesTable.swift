import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension [Multibrand_V1_Issuance] {
    var table: String {
        var table = TextTable([
            .text("reference"), .text("card"), .text("program"), .number("sent"), .text("in"), .text("status"),
            .text("by"),
            .text("Cosmo's id"), .text("reason"), .text("waits for"),
        ])
        for issue in self {
            table.add([
                issue.referenceNumber, issue.cardID, issue.programID, "\(issue.sentValue)", issue.sentCurrency,
                issue.status.word,
                issue.settledBy, issue.cosmoTransactionID, issue.reason, issue.waitsForPerson ? "a person" : "",
            ])
        }
        return table.rendered()
    }
}

extension Multibrand_V1_IssuanceStatus {
    var word: String {
        switch self {
        case .planned: "planned"
        case .sending: "sending"
        case .accepted: "accepted"
        case .confirmed: "confirmed"
        case .unknown: "unknown"
        case .mismatched: "mismatched"
        case .parked: "parked"
        case .withdrawn: "withdrawn"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    init(word: String) throws {
        guard let status = Self.allCases.first(where: { $0.word == word }) else {
            let words = Self.allCases.map(\.word).filter { $0 != "?" }.joined(separator: ", ")
            throw ValidationError("--status must be one of \(words)")
        }
        self = status
    }
}
