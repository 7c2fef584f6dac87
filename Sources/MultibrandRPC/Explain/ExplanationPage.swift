import Rewards

/// The explanation of one spend: sections of lines for people, each with the same facts for programs.
///
/// **Guarantees** Pure: the same story gives the same page, so that a fixed story has a fixed page.
struct ExplanationPage: Sendable {
    struct Section: Sendable {
        let title: String
        let lines: [String]
        let facts: JSONValue
    }

    let story: SpendStory
    let text: ExplanationText

    init(_ story: SpendStory) {
        self.story = story
        text = ExplanationText(currency: story.decision.input.amount.currency)
    }

    /// The page, from the purchase to what has become of it.
    var sections: [Section] {
        [purchase, preference, split, programs] + heldMoney + [refunds, standings, issues]
    }

    private var purchase: Section {
        let input = story.decision.input
        let category = input.merchantCategoryCode.isEmpty ? "not known" : input.merchantCategoryCode
        var lines = [
            "\(input.spendID) on card \(input.cardID): \(text.money(input.amount.minorUnits)), "
                + "\(ExplanationText.time(micros: input.occurredAtMicros)).",
            "Merchant category \(category)"
                + (input.merchantName.isEmpty ? "" : ", merchant \(input.merchantName)")
                + (input.merchantCountry.isEmpty ? "." : ", country \(input.merchantCountry)."),
            "Recorded \(ExplanationText.time(story.recordedAt)).",
        ]
        for (name, value) in input.cardAttributes.sorted(by: { $0.key < $1.key }) {
            lines.append("Card attribute \(name): \(value).")
        }
        return Section(
            title: "Purchase", lines: lines,
            facts: [
                "spendId": .string(input.spendID), "cardId": .string(input.cardID),
                "amountMinor": .count(input.amount.minorUnits), "currencyCode": .string(input.amount.currency.text),
                "merchantCategoryCode": .string(input.merchantCategoryCode),
                "merchantName": .string(input.merchantName), "merchantCountry": .string(input.merchantCountry),
                "occurredAt": .time(micros: input.occurredAtMicros), "recordedAt": .time(story.recordedAt),
            ])
    }
}
