import MultibrandAPI
import Rewards

extension ExplanationPage {
    /// The step of the apportionment: what each program had, what it has, and how far from exact that is (I-3).
    var split: Section {
        let split = story.split
        guard !split.shares.isEmpty else {
            return Section(
                title: "Split", lines: ["No program was linked, so nothing was split."] + remainderLines)
        }
        var lines = fixedPartLines
        lines += [
            "Weights \(split.weights). The card's running total is the sum of all purchases split under them: it was "
                + "\(text.money(split.runningTotalBefore)) and is \(text.money(split.runningTotalAfter)) "
                + "with this one.",
            "Below is each program's part of that total, with its exact share, in minor units of the currency.",
        ]
        let sum = split.shares.reduce(Int128(0)) { $0 + Int128($1.parts) }
        for share in split.shares {
            let parts = Int128(share.parts)
            let exactBefore = Int128(split.runningTotalBefore) * parts
            let exactAfter = Int128(split.runningTotalAfter) * parts
            let offBefore = ExplanationText.signedThousandths(Int128(share.beforeMinor) * sum - exactBefore, sum)
            let offAfter = ExplanationText.signedThousandths(Int128(share.afterMinor) * sum - exactAfter, sum)
            lines.append(
                "\(share.programID): \(parts) of \(sum) parts. Before: \(share.beforeMinor) (exact "
                    + "\(ExplanationText.thousandths(exactBefore, sum)), difference \(offBefore)). With this spend: "
                    + "\(share.afterMinor) (exact \(ExplanationText.thousandths(exactAfter, sum)), difference "
                    + "\(offAfter)). Its share of this spend: \(text.money(share.shareMinor)).")
        }
        return Section(title: "Split", lines: lines + remainderLines)
    }

    /// What was carved out ahead of the split.
    private var fixedPartLines: [String] {
        let parts = story.split.shares.filter { $0.fixedMinor > 0 }.map {
            "\(text.money($0.fixedMinor)) for \($0.programID)"
        }
        guard !parts.isEmpty else { return [] }
        let rest = story.split.shares.reduce(0) { $0 + $1.shareMinor }
        return [
            "Set aside first, as fixed parts: \(parts.joined(separator: ", ")). The rest, \(text.money(rest)), was "
                + "apportioned; the running total counts only that."
        ]
    }

    /// What no program got.
    private var remainderLines: [String] {
        let split = story.split
        let rule =
            switch RemainderRule(rawValue: split.remainderRule) {
            case .noLinks: "the card had no links"
            case .refusedByAll: "every program that could be asked refused it"
            case nil: "no rule was needed"
            }
        var lines: [String] = []
        let hasOwnProgram = !split.ownProgramID.isEmpty
        if hasOwnProgram {
            let why = split.shares.isEmpty ? "the card had no links" : "every linked program refused it"
            lines.append(
                "\(text.money(split.ownProgramOfferedMinor)) was offered to \(split.ownProgramID), the issuer's own "
                    + "program: "
                    + "\(why).")
        }
        if split.excludedMinor > 0 {
            let why = hasOwnProgram ? "the own program refused it" : rule
            lines.append("\(text.money(split.excludedMinor)) earns nothing: \(why).")
        }
        if split.heldMinor > 0 { lines.append("\(text.money(split.heldMinor)) was held: \(rule).") }
        return lines
    }
}
