/// Follows each card's running total under each weight vector, spend by spend (I-3).
///
/// It shares no code with the splitter: whether a split was fair follows from the certificates alone. After every spend
/// each program's shares so far must be within one minor unit of its exact proportion of the total:
/// `|shares × parts sum − total × parts| < parts sum`.
struct FairnessAudit {
    private struct Chain {
        let cardID: String
        let weights: String
        let programs: WeightsText?
        let storedTotal: Int64?
        /// Where the next spend must begin.
        var end: Int128 = 0
        /// What each program was given so far; nil once a fault makes further sums meaningless.
        var shares: [Int128]?

        var key: [String: String] { ["card_id": cardID, "weights": weights] }
    }

    private var chain: Chain?

    /// Takes the next spend; spends come ordered by card, weights and running total.
    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision?, _ findings: inout Findings) {
        if let chain, !chain.cardID.utf8.elementsEqual(spend.cardID.utf8) || chain.weights != spend.weights {
            finish(&findings)
        }
        // A card without links has no running total.
        guard !spend.weights.isEmpty else { return }
        var chain = self.chain ?? Self.begin(spend)
        findings.count(.runningTotalChain)
        if Int128(spend.runningBefore) != chain.end {
            findings.add(
                .runningTotalChain, table: "spends", key: spend.key, expected: "to begin at \(chain.end)",
                found: "\(spend.runningBefore)")
            chain.shares = nil
        }
        chain.end = Int128(spend.runningBefore) + Int128(spend.amountMinor)
        advance(&chain, spend, decision, &findings)
        self.chain = chain
    }

    /// Ends the last chain.
    mutating func finish(_ findings: inout Findings) {
        guard let chain else { return }
        self.chain = nil
        findings.count(.runningTotalEnd)
        guard chain.storedTotal.map({ Int128($0) }) != chain.end else { return }
        findings.add(
            .runningTotalEnd, table: "running_totals", key: chain.key, expected: "\(chain.end)",
            found: chain.storedTotal.map { "\($0)" } ?? "no row")
    }

    private static func begin(_ spend: SpendRow) -> Chain {
        let programs = WeightsText(spend.weights)
        return Chain(
            cardID: spend.cardID, weights: spend.weights, programs: programs, storedTotal: spend.runningTotal,
            shares: programs.map { Array(repeating: 0, count: $0.parts.count) })
    }

    private func advance(
        _ chain: inout Chain, _ spend: SpendRow, _ decision: StoredDecision?, _ findings: inout Findings
    ) {
        guard let programs = chain.programs, var shares = chain.shares, let decision,
            decision.shares.count == shares.count
        else {
            chain.shares = nil
            return
        }
        findings.count(.quota)
        for index in shares.indices { shares[index] += Int128(decision.shares[index]) }
        chain.shares = shares
        // Totals are below 2^64 and parts at most 10,000, so products are far below 2^127.
        for (index, share) in shares.enumerated() {
            let distance = share * Int128(programs.partsSum) - chain.end * Int128(programs.parts[index])
            guard distance.magnitude >= Int128(programs.partsSum).magnitude else { continue }
            findings.add(
                .quota, table: "spends", key: spend.key(ofLeg: programs.programIDs[index]),
                expected: "shares so far within 1 of \(chain.end) × \(programs.parts[index]) / \(programs.partsSum)",
                found: "\(share)")
            // One unfair spend is one violation: what follows it would only repeat it.
            chain.shares = nil
            return
        }
    }
}
