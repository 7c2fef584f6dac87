import MultibrandAPI
import Rewards
import SwiftProtobuf

/// The explanation of one spend as a person reads it: sections of lines.
///
/// **Guarantees** Pure: the same message gives the same page.
struct ExplanationPage: Sendable {
    struct Section: Sendable {
        let title: String
        let lines: [String]
    }

    let story: Multibrand_V1_SpendExplanation
    let text: ExplanationText

    init(_ story: Multibrand_V1_SpendExplanation) {
        self.story = story
        text = ExplanationText(currencyCode: story.purchase.spend.amount.currencyCode)
    }

    /// The page, from the purchase to what has become of it.
    var sections: [Section] {
        [purchase, preference, split, programs] + heldMoney + [refunds, standings, issuances]
    }

    private var purchase: Section {
        let spend = story.purchase.spend
        let category = spend.merchantCategoryCode.isEmpty ? "not known" : spend.merchantCategoryCode
        var lines = [
            "\(spend.spendID) on card \(spend.cardID): \(text.money(spend.amount.minorUnits)), "
                + "\(ExplanationText.time(spend.occurredAt)).",
            "Merchant category \(category)"
                + (spend.merchantName.isEmpty ? "" : ", merchant \(spend.merchantName)")
                + (spend.merchantCountry.isEmpty ? "." : ", country \(spend.merchantCountry)."),
            "Recorded \(ExplanationText.time(story.purchase.recordedAt)).",
        ]
        for (name, value) in story.purchase.cardAttributes.sorted(by: { $0.key < $1.key }) {
            lines.append("Card attribute \(name): \(value).")
        }
        return Section(title: "Purchase", lines: lines)
    }
}

extension ExplanationPage {
    /// What is held, and what became of it; no section for a spend that held nothing.
    var heldMoney: [Section] {
        guard story.hasHeld else { return [] }
        guard story.held.hasRelease else {
            return [Section(title: "Held", lines: waitingLines)]
        }
        return [Section(title: "Held", lines: lines(of: story.held.release))]
    }

    private var waitingLines: [String] {
        let number = story.preference.version
        return [
            "\(text.money(story.held.heldNowMinor)) is held now.",
            "The first version of the preference after version \(number) that has links decides it, or an operator.",
        ]
    }

    private func lines(of release: Multibrand_V1_ExplainedRelease) -> [String] {
        let time = ExplanationText.time(release.releasedAt)
        let amount = text.money(release.amountMinor)
        if release.outcome == .expired {
            return ["\(time): \(amount) had been held too long and earns nothing."]
        }
        let why = release.cause == .operator ? "an operator asked for it" : "the card has links"
        let version = "version \(release.preferenceVersion) of the preference"
        var lines = [
            "\(time): \(amount) was decided under \(version), since \(why).",
            "Weights \(release.weights). The card's running total under them was "
                + "\(text.money(release.runningTotalBefore)).",
        ]
        for leg in release.legs {
            let reason = leg.reason.isEmpty ? "" : ", \(leg.reason)"
            let earned =
                leg.status == .parked
                ? "parked\(reason)"
                : "earned \(text.quantity(leg.earnedMicro, isPoints: leg.unit == .points)) by configuration "
                    + "\(leg.configurationVersion)\(reason)"
            lines.append("\(leg.programID): \(text.money(leg.amountMinor)), \(earned).")
        }
        if release.excludedMinor > 0 {
            lines.append("\(text.money(release.excludedMinor)) earns nothing: every program refused it.")
        }
        return lines
    }
}
