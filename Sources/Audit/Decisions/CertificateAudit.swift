/// Checks a decision against its certificate: weights, fixed parts, totals, shares, and how the legs follow from fixed
/// parts and shares (N1, I-3).
///
/// Nothing of the splitter is used: X comes from ``QuotaTable``, which finds it in another way.
struct CertificateAudit {
    private var tables = WeightsTables()

    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings) {
        findings.count(.certificateSum)
        guard let weights = WeightsText(decision.weights) else {
            return findings.add(
                .certificateSum, table: spend.table, key: spend.key,
                expected: "weights as program:parts, in order, that sum to at most 10000", found: "other text")
        }
        guard examineSums(spend, decision, weights, &findings) else { return }
        examineShares(spend, decision, weights, &findings)
        examineOffers(spend, decision, weights, &findings)
        examineRemainder(spend, decision, weights, &findings)
    }

    /// X of a spend's weights, for comparing more than the certificate's shares.
    mutating func table(of weights: String) -> WeightsTables.Entry? { tables.entry(weights) }

    /// Whether fixed parts and shares are as many as the programs, and the shares lead from the total before to the
    /// total after.
    private func examineSums(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) -> Bool {
        let moved = weights.parts.isEmpty ? 0 : Int128(decision.amountMinor) - decision.fixedSum
        if !decision.fixed.isEmpty,
            decision.fixed.count != weights.parts.count || decision.fixed.contains(where: { $0 < 0 }) || moved < 0
        {
            findings.add(
                .certificateSum, table: spend.table, key: spend.key,
                expected:
                    "a fixed part of zero or more for each of \(weights.parts.count) programs, \(decision.amountMinor) "
                    + "together at most", found: "\(decision.fixed)")
            return false
        }
        let sum = decision.shares.reduce(Int128(0)) { $0 + Int128($1) }
        let after = Int128(decision.totalBefore) + moved
        if decision.shares.count != weights.parts.count || decision.shares.contains(where: { $0 < 0 }) {
            findings.add(
                .certificateSum, table: spend.table, key: spend.key,
                expected: "a share of zero or more for each of \(weights.parts.count) programs",
                found: "\(decision.shares)")
            return false
        }
        findings.expect(.certificateSum, table: spend.table, key: spend.key, "shares that sum to", moved, sum)
        findings.expect(
            .certificateSum, table: spend.table, key: spend.key, "a total after of", after, Int128(decision.totalAfter))
        if decision.totalBefore < 0 {
            findings.add(
                .certificateSum, table: spend.table, key: spend.key, expected: "a total before of zero or more",
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
                .certificateShares, table: spend.table, key: spend.key(ofLeg: weights.programIDs[index]),
                expected: "a share of \(after[index] - before[index])", found: "\(decision.shares[index])")
        }
    }

    /// How each leg came from its fixed part and its share: taken whole, refused in part with the rules named, given
    /// more, or parked.
    private func examineOffers(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) {
        findings.count(.legOffer, Int64(decision.legs.count))
        func wrong(_ programID: String, _ expected: String, _ found: String) {
            findings.add(
                .legOffer, table: spend.table, key: spend.key(ofLeg: programID), expected: expected, found: found)
        }
        let offers = decision.shares.indices.map { index in
            Int128(decision.shares[index]) + decision.fixedMinor(at: index, ofFirst: Int128(decision.amountMinor))
        }
        let ownProgram = ownProgramLeg(decision, weights)
        var next = 0
        for leg in ownProgram == nil ? decision.legs[...] : decision.legs.dropLast() {
            guard let index = weights.programIDs[next...].firstIndex(of: leg.programID) else {
                return wrong(leg.programID, "legs of the weights' programs, in their order", "another")
            }
            for skipped in next..<index where offers[skipped] != 0 {
                wrong(weights.programIDs[skipped], "a leg for a share of \(offers[skipped])", "none")
            }
            next = index + 1
            let share = offers[index]
            let words = "offered \(leg.offeredMinor), taken \(leg.amountMinor), earned \(leg.earnedMicro)"
            if leg.isParked {
                if Int128(leg.amountMinor) != share || Int128(leg.offeredMinor) != share || !leg.adjustments.isEmpty {
                    wrong(leg.programID, "a parked leg that keeps its share of \(share)", words)
                }
                continue
            }
            if let off = leg.adjustmentsOff {
                wrong(
                    leg.programID, "adjustments that add up to what was refused, and no more than was taken",
                    "\(words), \(off)")
            }
            if leg.offeredMinor == leg.amountMinor, Int128(leg.amountMinor) < share {
                wrong(leg.programID, "at least its share of \(share), of which nothing was refused", words)
            }
            if leg.amountMinor < 0 || leg.earnedMicro < 0 || leg.amountMinor == 0 && leg.earnedMicro != 0 {
                wrong(leg.programID, "nothing earned on nothing, and nothing below zero", words)
            }
        }
        for skipped in next..<weights.programIDs.count where offers[skipped] != 0 {
            wrong(weights.programIDs[skipped], "a leg for a share of \(offers[skipped])", "none")
        }
        if let ownProgram { examineOwnProgram(spend, decision, ownProgram, &findings) }
    }
}
