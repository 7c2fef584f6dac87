import Rewards

extension ExplanationPage {
    /// The step of the apportionment: what each program had, what it has, and how far from exact that is (I-3).
    var split: Section {
        let certificate = story.decision.certificate
        let weights = certificate.weights
        guard !weights.isEmpty, let before = try? Apportionment(weights).shares(ofTotal: certificate.totalBefore) else {
            return Section(
                title: "Split", lines: ["No program was linked, so nothing was split."] + remainderLines,
                facts: splitFacts([]))
        }
        var lines = [
            "Weights \(weights.canonicalText). The card's running total under them goes from "
                + "\(text.bare(certificate.totalBefore)) to \(text.money(certificate.totalAfter)).",
            "Exact shares and distances below are in minor units, to a thousandth.",
        ]
        var facts: [JSONValue] = []
        let sum = Int128(weights.partsSum)
        for (index, programID) in weights.programIDs.enumerated() {
            let parts = Int128(weights.parts[index])
            let had = before[index]
            let has = had + certificate.shares[index]
            let exactBefore = Int128(certificate.totalBefore) * parts
            let exactAfter = Int128(certificate.totalAfter) * parts
            let offBefore = ExplanationText.signedThousandths(Int128(had) * sum - exactBefore, sum)
            let offAfter = ExplanationText.signedThousandths(Int128(has) * sum - exactAfter, sum)
            lines.append(
                "\(programID): \(parts) of \(sum) parts. It had \(had), exact \(ExplanationText.thousandths(exactBefore, sum)), "
                    + "off \(offBefore); it has \(has), exact \(ExplanationText.thousandths(exactAfter, sum)), off \(offAfter). "
                    + "Its share of this spend: \(text.money(certificate.shares[index])).")
            facts.append([
                "programId": .string(programID), "parts": .count(Int64(parts)), "hadMinor": .count(had),
                "hasMinor": .count(has), "shareMinor": .count(certificate.shares[index]),
                "offBefore": .string(offBefore), "offAfter": .string(offAfter),
            ])
        }
        return Section(title: "Split", lines: lines + remainderLines, facts: splitFacts(facts))
    }

    /// What went to nobody.
    private var remainderLines: [String] {
        let decision = story.decision
        let rule =
            switch decision.remainderRule {
            case .noLinks: "the card had no links"
            case .refusedByAll: "every program that could be asked refused it"
            case nil: "no rule was needed"
            }
        var lines: [String] = []
        if decision.excludedMinor > 0 {
            lines.append("\(text.money(decision.excludedMinor)) earns nothing, for good: \(rule).")
        }
        if decision.heldMinor > 0 {
            lines.append("\(text.money(decision.heldMinor)) is held until a program is linked: \(rule).")
        }
        return lines
    }

    private func splitFacts(_ programs: [JSONValue]) -> JSONValue {
        let decision = story.decision
        return [
            "weights": .string(decision.certificate.weights.canonicalText),
            "runningTotalBefore": .count(decision.certificate.totalBefore),
            "runningTotalAfter": .count(decision.certificate.totalAfter), "programs": .array(programs),
            "excludedMinor": .count(decision.excludedMinor), "heldMinor": .count(decision.heldMinor),
            "remainderRule": .text(decision.remainderRule?.rawValue),
        ]
    }
}
