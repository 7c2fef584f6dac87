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
        [purchase, preference, split, programs] + heldMoney + [refunds, standings, issues]
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
