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
        var lines = fixedPartLines
        lines += [
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
                "fixedMinor": .count(certificate.fixedMinor(ofProgramAt: index)),
                "offBefore": .string(offBefore), "offAfter": .string(offAfter),
            ])
        }
        return Section(title: "Split", lines: lines + remainderLines, facts: splitFacts(facts))
    }

    /// What was carved out ahead of the split.
    private var fixedPartLines: [String] {
        let certificate = story.decision.certificate
        let parts = certificate.weights.programIDs.enumerated().compactMap { index, programID in
            let fixed = certificate.fixedMinor(ofProgramAt: index)
            return fixed > 0 ? "\(text.money(fixed)) for \(programID)" : nil
        }
        guard !parts.isEmpty else { return [] }
        let rest = certificate.shares.reduce(0, +)
        return [
            "Carved out first, as fixed parts: \(parts.joined(separator: ", ")). The rest, \(text.money(rest)), was "
                + "apportioned; the running total counts only that."
        ]
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
        if let house = decision.houseLeg {
            let why =
                decision.certificate.weights.isEmpty ? "the card had no links" : "every linked program refused it"
            lines.append(
                "\(text.money(house.offeredMinor)) was offered to \(house.programID), the house's own program: \(why).")
        }
        if decision.excludedMinor > 0 {
            let why = decision.houseLeg == nil ? rule : "the house's program refused it"
            lines.append("\(text.money(decision.excludedMinor)) earns nothing, for good: \(why).")
        }
        if decision.heldMinor > 0 {
            lines.append("\(text.money(decision.heldMinor)) was held: \(rule).")
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
            "houseProgramId": .text(decision.houseLeg?.programID),
        ]
    }
}
