extension RefundAttribution {
    /// The most spends that one rule's list names; the rest is counted.
    public static let listedCandidatesMax = 100

    /// What was considered, rule by rule, as JSON: what is stored with the refund and shown to operators.
    ///
    /// An array with an object for each try: `rule`, `basis`, `outcome`, `candidates` (`spend`, `open`, `chosen`),
    /// `candidateCount` and `leftOut` (counts by what spoke against). Spends that are chosen are always named; of the
    /// others the first ``listedCandidatesMax`` are.
    public var document: JSONValue { .array(trials.map(\.document)) }
}

extension RefundAttribution.Trial {
    fileprivate var document: JSONValue {
        let listed = candidates.enumerated().filter { place, candidate in
            candidate.chosenMinor > 0 || place < RefundAttribution.listedCandidatesMax
        }
        let counts = leftOut.map { JSONObject.Member($0.key.rawValue, .number(String($0.value))) }
        return [
            "rule": .string(rule.rawValue),
            "basis": .string(basis.rawValue),
            "outcome": .string(outcome.rawValue),
            "candidateCount": .number(String(candidates.count)),
            "candidates": .array(
                listed.map { _, candidate in
                    [
                        "spend": .string(candidate.spendID), "open": .number(String(candidate.openMinor)),
                        "chosen": .number(String(candidate.chosenMinor)),
                    ]
                }),
            "leftOut": JSONObject(counts).map(JSONValue.object) ?? .null,
        ]
    }
}
