/// Checks a decision against its certificate: weights, totals, shares, and how the legs follow from the shares (N1, I-3).
///
/// Nothing of the splitter is used: X comes from ``QuotaTable``, which finds it in another way.
struct CertificateAudit {
    private var tables = WeightsTables()

    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings) {
        findings.count(.certificateSum)
        guard let weights = WeightsText(decision.weights) else {
            return findings.add(
                .certificateSum, table: "spends", key: spend.key,
                expected: "weights as program:parts, in order, that sum to at most 10000", found: "other text")
        }
        guard examineSums(spend, decision, weights, &findings) else { return }
        examineShares(spend, decision, weights, &findings)
        examineOffers(spend, decision, weights, &findings)
        examineRemainder(spend, decision, weights, &findings)
    }

    /// X of a spend's weights, for whoever compares more than the certificate's shares.
    mutating func table(of weights: String) -> WeightsTables.Entry? { tables.entry(weights) }

    /// Whether the shares are as many as the programs and lead from the total before to the total after.
    private func examineSums(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) -> Bool {
        let moved = weights.parts.isEmpty ? 0 : Int128(decision.amountMinor)
        let sum = decision.shares.reduce(Int128(0)) { $0 + Int128($1) }
        let after = Int128(decision.totalBefore) + moved
        if decision.shares.count != weights.parts.count || decision.shares.contains(where: { $0 < 0 }) {
            findings.add(
                .certificateSum, table: "spends", key: spend.key,
                expected: "a share of zero or more for each of \(weights.parts.count) programs",
                found: "\(decision.shares)")
            return false
        }
        findings.expect(.certificateSum, table: "spends", key: spend.key, "shares that sum to", moved, sum)
        findings.expect(
            .certificateSum, table: "spends", key: spend.key, "a total after of", after, Int128(decision.totalAfter))
        if decision.totalBefore < 0 {
            findings.add(
                .certificateSum, table: "spends", key: spend.key, expected: "a total before of zero or more",
                found: "\(decision.totalBefore)")
        }
        return decision.totalBefore >= 0 && after == Int128(decision.totalAfter)
    }

    private mutating func examineShares(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) {
        guard let entry = tables.entry(decision.weights) else { return }
        findings.count(.certificateShares)
        let before = entry.table.shares(of: decision.totalBefore)
        let after = entry.table.shares(of: decision.totalAfter)
        for index in after.indices where after[index] - before[index] != decision.shares[index] {
            findings.add(
                .certificateShares, table: "spends", key: spend.key(ofLeg: weights.programIDs[index]),
                expected: "a share of \(after[index] - before[index])", found: "\(decision.shares[index])")
        }
    }

    /// How each leg came from its share: taken whole, refused in part with the rules named, given more, or parked.
    private func examineOffers(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) {
        findings.count(.legOffer, Int64(decision.legs.count))
        func wrong(_ programID: String, _ expected: String, _ found: String) {
            findings.add(
                .legOffer, table: "spends", key: spend.key(ofLeg: programID), expected: expected, found: found)
        }
        var next = 0
        for leg in decision.legs {
            guard let index = weights.programIDs[next...].firstIndex(of: leg.programID) else {
                return wrong(leg.programID, "legs of the weights' programs, in their order", "another")
            }
            for skipped in next..<index where decision.shares[skipped] != 0 {
                wrong(weights.programIDs[skipped], "a leg for a share of \(decision.shares[skipped])", "none")
            }
            next = index + 1
            let share = decision.shares[index]
            let words = "offered \(leg.offeredMinor), taken \(leg.amountMinor), earned \(leg.earnedMicro)"
            if leg.isParked {
                if leg.amountMinor != share || leg.offeredMinor != share || !leg.adjustments.isEmpty {
                    wrong(leg.programID, "a parked leg that keeps its share of \(share)", words)
                }
                continue
            }
            var refused = Int128(0)
            var treated = Int128(0)
            var isKnown = true
            for adjustment in leg.adjustments {
                switch adjustment.effect {
                case "REFUSED": refused += Int128(adjustment.amountMinor)
                case "UNEARNED", "RATED": treated += Int128(adjustment.amountMinor)
                default: isKnown = false
                }
                isKnown = isKnown && adjustment.amountMinor > 0 && !adjustment.reason.isEmpty
            }
            if refused != Int128(leg.offeredMinor) - Int128(leg.amountMinor) || treated > Int128(leg.amountMinor)
                || !isKnown
            {
                wrong(
                    leg.programID, "adjustments that add up to what was refused, and no more than was taken",
                    "\(words), refused \(refused), treated \(treated)")
            }
            if leg.offeredMinor == leg.amountMinor, leg.amountMinor < share {
                wrong(leg.programID, "at least its share of \(share), of which nothing was refused", words)
            }
            if leg.amountMinor < 0 || leg.earnedMicro < 0 || leg.amountMinor == 0 && leg.earnedMicro != 0 {
                wrong(leg.programID, "nothing earned on nothing, and nothing below zero", words)
            }
        }
        for skipped in next..<weights.programIDs.count where decision.shares[skipped] != 0 {
            wrong(weights.programIDs[skipped], "a leg for a share of \(decision.shares[skipped])", "none")
        }
    }

    /// What no program has is where the policy puts it, and only when every program refused or there was none.
    private func examineRemainder(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) {
        findings.count(.remainderRule)
        let remainder = Int128(decision.excludedMinor) + Int128(decision.heldMinor)
        let words =
            "\(decision.remainderRule ?? "no rule"), excluded \(decision.excludedMinor), held \(decision.heldMinor)"
        func wrong(_ expected: String) {
            findings.add(.remainderRule, table: "spends", key: spend.key, expected: expected, found: words)
        }
        let fallback: String
        switch decision.remainderRule {
        case nil:
            if remainder != 0 || weights.parts.isEmpty { wrong("nothing excluded or held without a rule") }
            return
        case "NO_LINKS":
            fallback = decision.noLinksFallback
            if !weights.parts.isEmpty || !decision.legs.isEmpty { wrong("a card without links") }
        case "REFUSED_BY_ALL":
            fallback = decision.refusedFallback
            if weights.parts.isEmpty || decision.legs.contains(where: { !$0.isParked && $0.refusedMinor == 0 }) {
                wrong("a refusal of every program")
            }
        default: return wrong("a known rule")
        }
        switch fallback {
        case "HOLD": if decision.heldMinor <= 0 || decision.excludedMinor != 0 { wrong("the rest to be held") }
        case "EXCLUDE": if decision.excludedMinor <= 0 || decision.heldMinor != 0 { wrong("the rest to be excluded") }
        default: wrong("a known fallback")
        }
    }
}
