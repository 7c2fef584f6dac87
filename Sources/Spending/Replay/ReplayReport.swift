/// The result of a replay, for machines and people.
package struct ReplayReport: Sendable, Hashable, Codable {
    /// A decision that the replay did not reproduce, or could not.
    package struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
        /// What is wrong, in words that stay the same.
        package enum Kind: String, Sendable, Hashable, Codable {
            /// The stored bytes are not a decision.
            case unreadable = "DECISION_UNREADABLE"
            /// The decision, made again, has other bytes.
            case differs = "DECISION_DIFFERS"
            /// A refund took something other than what the pinned decision gives.
            case takebackDiffers = "TAKEBACK_DIFFERS"
            /// This build lacks the plugin version that the decision pinned, so it cannot be made again here.
            case pluginMissing = "PLUGIN_MISSING"
        }

        /// What is wrong.
        package let kind: Kind
        /// The spend's number in the order of recording.
        package let spendNumber: Int64
        /// The card.
        package let cardID: String
        /// The spend.
        package let spendID: String
        /// Where the two part, in words without personal data.
        package let detail: String

        /// The finding in one line.
        package var description: String {
            "\(kind.rawValue) spend_number=\(spendNumber) card_id=\(cardID) spend_id=\(spendID): \(detail)"
        }
    }

    /// When it began, RFC 3339.
    package internal(set) var startedAt = ""
    /// How long it took, in milliseconds.
    package internal(set) var durationMilliseconds: Int64 = 0
    /// How many spends were looked at.
    package internal(set) var spends: Int64 = 0
    /// How many releases of held money were looked at.
    package internal(set) var releases: Int64 = 0
    /// How many decisions came out byte for byte the same.
    package internal(set) var identical: Int64 = 0
    /// How many did not, or cannot be read.
    package internal(set) var different: Int64 = 0
    /// How many refund movements were made again.
    package internal(set) var movements: Int64 = 0
    /// How many of them did not come out the same.
    package internal(set) var movementsDifferent: Int64 = 0
    /// How many decisions this build cannot make again, since it lacks a plugin version.
    package internal(set) var impossible: Int64 = 0
    /// The findings in order of the spend's number, the first ones; the counts say how many there are.
    package internal(set) var findings: [Finding] = []

    /// Whether everything was replayed and nothing differs.
    package var isClean: Bool { different == 0 && movementsDifferent == 0 && impossible == 0 }

    mutating func add(_ outcome: ReplayedSpend, listedMax: Int) {
        if outcome.isRelease { releases += 1 } else { spends += 1 }
        movements += outcome.movements
        for finding in outcome.findings {
            switch finding.kind {
            case .unreadable, .differs: different += 1
            case .takebackDiffers: movementsDifferent += 1
            case .pluginMissing: impossible += 1
            }
            if findings.count < listedMax { findings.append(finding) }
        }
        if outcome.isIdentical { identical += 1 }
    }
}
