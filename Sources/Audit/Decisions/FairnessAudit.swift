/// Follows each card's running total under each weight vector, spend by spend (I-3).
///
/// Beside the shares of each spend, which ``CertificateAudit`` works out, the sums so far must be fair: after every
/// spend each program is within one minor unit of its exact proportion of the total, `|shares × parts sum − total ×
/// parts| < parts sum`. Fixed parts are no shares, and the total does not count them.
struct FairnessAudit {
    private struct Chain {
        let programs: WeightsText?
        let storedTotal: Int64?
        /// Where the next spend must begin.
        var end: Int128 = 0
        /// What each program was given so far; nil once a fault makes further sums meaningless.
        var shares: [Int128]?
    }

    /// The card at hand; a chain for each vector it has had.
    private var cardID = ""
    private var chains: [String: Chain] = [:]

    /// Takes the next spend; spends come card by card, each card's in the order in which they were recorded.
    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision?, _ findings: inout Findings) {
        if !cardID.utf8.elementsEqual(spend.cardID.utf8) { finish(&findings) }
        cardID = spend.cardID
        // A card without links has no running total.
        guard !spend.weights.isEmpty else { return }
        var chain = chains[spend.weights] ?? Self.begin(spend)
        findings.count(.runningTotalChain)
        if Int128(spend.runningBefore) != chain.end {
            findings.add(
                .runningTotalChain, table: spend.table, key: spend.key, expected: "to begin at \(chain.end)",
                found: "\(spend.runningBefore)")
            chain.shares = nil
        }
        // A decision that cannot be read is reported by itself; most have no fixed parts.
        chain.end = Int128(spend.runningBefore) + Int128(spend.amountMinor) - (decision?.fixedSum ?? 0)
        advance(&chain, spend, decision, &findings)
        chains[spend.weights] = chain
    }

    /// Ends the card at hand.
    mutating func finish(_ findings: inout Findings) {
        guard !chains.isEmpty else { return }
        for (weights, chain) in chains {
            findings.count(.runningTotalEnd)
            guard chain.storedTotal.map({ Int128($0) }) != chain.end else { continue }
            findings.add(
                .runningTotalEnd, table: "running_totals", key: ["card_id": cardID, "weights": weights],
                expected: "\(chain.end)", found: chain.storedTotal.map { "\($0)" } ?? "no row")
        }
        chains.removeAll(keepingCapacity: true)
    }

    private static func begin(_ spend: SpendRow) -> Chain {
        let programs = WeightsText(spend.weights)
        return Chain(
            programs: programs, storedTotal: spend.runningTotal,
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
                .quota, table: spend.table, key: spend.key(ofLeg: programs.programIDs[index]),
                expected: "shares so far within 1 of \(chain.end) × \(programs.parts[index]) / \(programs.partsSum)",
                found: "\(share)")
            // One unfair spend is one violation: what follows it would only repeat it.
            chain.shares = nil
            return
        }
    }
}
