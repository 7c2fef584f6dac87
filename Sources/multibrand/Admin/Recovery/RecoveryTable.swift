import MultibrandAPI
import SwiftProtobuf

extension [Multibrand_V1_Recovery] {
    /// One line a recovery.
    var table: String {
        var table = TextTable([
            .number("number"), .text("began"), .text("because"), .number("at Cosmo"), .number("in the books"),
            .number("adopted"), .number("unexplained"), .text("state"),
        ])
        for one in self {
            table.add([
                "\(one.recoveryNumber)", Moment.text(one.begunAt), one.cause.word, "\(one.cosmoCount)",
                "\(one.inBooksCount)", "\(one.adoptedCount)", "\(one.openCount)", one.state,
            ])
        }
        return table.rendered(whenEmpty: "Issuing was never stopped for a recovery.")
    }
}

extension Multibrand_V1_Recovery {
    /// The recovery, what to do next, and each transaction of Cosmo that it found.
    var page: String {
        var parts = [[self].table, facts.joined(separator: "\n")]
        if !findings.isEmpty {
            var table = TextTable([
                .text("Cosmo's id"), .text("reference"), .text("program"), .text("card"), .text("found"), .text("now"),
                .text("detail"),
            ])
            for finding in findings {
                table.add([
                    finding.cosmoTransactionID, finding.referenceNumber, finding.programID, finding.cardID,
                    finding.reason, finding.state, finding.detailJson,
                ])
            }
            parts.append(table.rendered())
        }
        return parts.joined(separator: "\n\n")
    }

    private var facts: [String] {
        var lines = [
            "What changed: \(detail)",
            "To compare: \(Moment.text(compareFrom)) to \(Moment.text(compareUntil))"
                + (hasComparedAt ? ", last compared at \(Moment.text(comparedAt))" : ", not compared yet"),
        ]
        if foreignCount > 0 { lines.append("Made by other systems: \(foreignCount), by their reference numbers.") }
        if hasEndedAt {
            lines.append(
                "Ended \(Moment.text(endedAt)) by \(endedBy)" + (evidence.isEmpty ? "." : ": \(evidence)"))
        } else {
            lines.append("Nothing is sent to Cosmo. \(next)")
        }
        if !hasEndedAt || adoptedCount > 0 {
            let condition =
                cause == .gap || cause == .operator
                ? "If a backup was restored, spends" : "Unless the standby was synchronous, spends"
            lines.append(
                "\(condition) acknowledged after \(Moment.text(compareFrom)) may be lost: have the card platforms "
                    + "send them again."
            )
        }
        return lines
    }

    private var next: String {
        if failure == "LISTING_OFF" {
            return
                "cosmo.intervalListing is off, so nothing is compared: compare with Cosmo's portal, adopt what is ours, "
                + "then admin recovery end --force."
        }
        if !failure.isEmpty { return "The last comparison failed: \(failure). It is tried again by itself." }
        if openCount > 0 {
            return
                "Adopt what is ours (admin recovery adopt), then issuing goes on; or end it (admin recovery end --force)."
        }
        return comparedToEnd
            ? "Issuing goes on in a few seconds."
            : "The comparison that sees everything begins at \(Moment.text(finalAt)); nothing is to be done until then."
    }

    fileprivate var state: String {
        if hasEndedAt { return "ended" }
        if !failure.isEmpty { return "failed: \(failure)" }
        return openCount > 0 ? "waits for a person" : "comparing"
    }
}

extension Multibrand_V1_RecoveryFinding {
    fileprivate var state: String {
        if !adoptedAs.isEmpty { return "in the books" }
        return open ? "unexplained" : "failed at Cosmo"
    }
}

extension Multibrand_V1_RecoveryCause {
    fileprivate var word: String {
        switch self {
        case .server: "another server"
        case .timeline: "another timeline"
        case .database: "another database"
        case .gap: "no instance ran"
        case .operator: "an operator"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }
}
