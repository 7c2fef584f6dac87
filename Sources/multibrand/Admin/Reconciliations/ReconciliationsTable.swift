import ArgumentParser
import MultibrandAPI
import Rewards
import SwiftProtobuf

extension [Multibrand_V1_Reconciliation] {
    /// One line a day.
    var table: String {
        var table = TextTable([
            .text("day"), .text("compared"), .number("at Cosmo"), .number("agree"), .number("findings"), .text("state"),
        ])
        for one in self {
            let state = one.hasFinishedAt ? "whole" : "under way"
            table.add([
                one.day, Moment.text(one.hasFinishedAt ? one.finishedAt : one.startedAt), "\(one.cosmoCount)",
                "\(one.matchedCount)", "\(one.findingCount)", one.failure.isEmpty ? state : "failed: \(one.failure)",
            ])
        }
        return table.rendered(whenEmpty: "No day was compared yet: multibrand admin reconciliations run DAY.")
    }
}

extension Multibrand_V1_Reconciliation {
    /// The day and each thing that only one side knows, or both know differently.
    var page: String {
        guard !findings.isEmpty else { return [self].table }
        var table = TextTable([
            .text("found"), .text("reference"), .text("Cosmo's id"), .text("program"), .text("reason"), .text("detail"),
        ])
        for finding in findings {
            table.add([
                finding.words, finding.referenceNumber, finding.cosmoTransactionID, finding.programID, finding.reason,
                finding.detailJson,
            ])
        }
        return [self].table + "\n\n" + table.rendered()
    }

    /// Ends the command with the code for books that do not agree.
    func requireAgreement() throws {
        if findingCount > 0 || !failure.isEmpty { throw ExitStatus.violations.code }
    }
}

extension Multibrand_V1_ReconciliationFinding {
    fileprivate var words: String {
        switch side {
        case "cosmo_only": "only at Cosmo"
        case "ours_only": "only here"
        case "differs": "differs"
        default: side
        }
    }
}

/// A day as the service takes it.
enum ReconciledDay {
    static func check(_ text: String) throws {
        guard InternetTime.days(text) != nil else {
            throw ValidationError("\(text) is not a day such as 2026-11-20")
        }
    }
}
