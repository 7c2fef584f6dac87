/// Checks every spend by itself: its sum, its decision, its legs, and what it points to (I-1, I-5, I-9).
struct SpendAudit {
    /// Returns the decision when it can be read and is about this spend.
    static func examine(_ spend: SpendRow, _ findings: inout Findings) -> StoredDecision? {
        examineSum(spend, &findings)
        examineReferences(spend, &findings)
        findings.count(.decisionReadable)
        let decision: StoredDecision
        do {
            decision = try StoredDecision(spend.decision)
        } catch {
            findings.add(
                .decisionReadable, table: "spends", key: spend.key, expected: "a decision in canonical JSON",
                found: error.words)
            return nil
        }
        let isSame = examineAgreement(spend, decision, &findings)
        examineLegs(spend, decision, &findings)
        examineCertificate(spend, decision, &findings)
        return isSame ? decision : nil
    }

    private static func examineSum(_ spend: SpendRow, _ findings: inout Findings) {
        findings.count(.spendSum)
        let parts = spend.legs.map(\.amountMinor) + [spend.excludedMinor, spend.heldMinor]
        if spend.amountMinor <= 0 || parts.contains(where: { $0 < 0 }) {
            findings.add(
                .spendSum, table: "spends", key: spend.key, expected: "an amount above zero and no negative part",
                found: "amount \(spend.amountMinor), parts \(parts)")
        }
        let sum = parts.reduce(Int128(0)) { $0 + Int128($1) }
        findings.expect(
            .spendSum, table: "spends", key: spend.key, "legs, excluded and held that sum to",
            Int128(spend.amountMinor), sum)
    }

    private static func examineReferences(_ spend: SpendRow, _ findings: inout Findings) {
        findings.count(.spendCard)
        findings.count(.spendPreferenceVersion)
        guard let currency = spend.cardCurrencyCode, let current = spend.cardPreferenceVersion else {
            return findings.add(.spendCard, table: "spends", key: spend.key, expected: "a card", found: "none")
        }
        findings.expect(
            .spendCard, table: "spends", key: spend.key, "the card's currency", currency, spend.currencyCode)
        if spend.preferenceVersion < 0 || spend.preferenceVersion > current {
            findings.add(
                .spendPreferenceVersion, table: "spends", key: spend.key, expected: "a version from 0 to \(current)",
                found: "\(spend.preferenceVersion)")
        } else if spend.preferenceVersion > 0 || !spend.weights.isEmpty {
            // Version 0 is the card without links and has no row.
            findings.expect(
                .spendPreferenceVersion, table: "spends", key: spend.key,
                "the weights of version \(spend.preferenceVersion),", quoted(spend.versionWeights),
                quoted(spend.weights))
        }
    }

    /// Merchant names are compared and never quoted.
    private static func examineAgreement(
        _ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings
    ) -> Bool {
        findings.count(.decisionAgrees)
        let texts: [(String, String, String)] = [
            ("card", decision.cardID, spend.cardID), ("spend", decision.spendID, spend.spendID),
            ("currency", decision.currencyCode, spend.currencyCode),
            ("category code", decision.merchantCategoryCode, spend.merchantCategoryCode),
            ("country", decision.merchantCountry, spend.merchantCountry), ("weights", decision.weights, spend.weights),
        ]
        let numbers: [(String, Int64, Int64)] = [
            ("amount", decision.amountMinor, spend.amountMinor),
            ("time in microseconds", decision.occurredAtMicros, spend.occurredAtMicros),
            ("preference version", decision.preferenceVersion, spend.preferenceVersion),
            ("running total before", decision.totalBefore, spend.runningBefore),
            ("excluded", decision.excludedMinor, spend.excludedMinor), ("held", decision.heldMinor, spend.heldMinor),
        ]
        var isSame = true
        func differ(_ what: String, _ expected: String, _ found: String) {
            isSame = false
            findings.add(
                .decisionAgrees, table: "spends", key: spend.key, expected: "the decision's \(what) \(expected)",
                found: found)
        }
        // Byte by byte: texts that only look alike are different ids to the database.
        for (what, decided, stored) in texts where !decided.utf8.elementsEqual(stored.utf8) {
            differ(what, quoted(decided), quoted(stored))
        }
        for (what, decided, stored) in numbers where decided != stored { differ(what, "\(decided)", "\(stored)") }
        if !decision.merchantName.utf8.elementsEqual(spend.merchantName.utf8) {
            differ("merchant name", "(not shown)", "another")
        }
        return isSame
    }

    private static func examineLegs(_ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings) {
        var rows = Dictionary(spend.legs.map { ($0.programID, $0) }) { first, _ in first }
        findings.count(.legsAgree, Int64(decision.legs.count))
        for leg in decision.legs {
            let key = spend.key(ofLeg: leg.programID)
            guard let row = rows.removeValue(forKey: leg.programID) else {
                findings.add(
                    .legsAgree, table: "legs", key: key, expected: "a leg of \(leg.amountMinor)", found: "none")
                continue
            }
            findings.expect(
                .legsAgree, table: "legs", key: key, "the decision's amount", leg.amountMinor, row.amountMinor)
            if leg.isParked {
                // Once retried, a parked leg has an earning that the decision does not know.
                guard row.status == "parked" else { continue }
                findings.expect(.legsAgree, table: "legs", key: key, "a parked leg that earned", 0, row.earnedMicro)
                findings.expect(
                    .legsAgree, table: "legs", key: key, "the reason", quoted(leg.fault), quoted(row.reason))
            } else {
                findings.expect(.legsAgree, table: "legs", key: key, "the status", "earned", row.status)
                findings.expect(
                    .legsAgree, table: "legs", key: key, "the decision's earning", leg.earnedMicro, row.earnedMicro)
                findings.expect(.legsAgree, table: "legs", key: key, "the unit", leg.unit ?? "", row.unit)
                findings.expect(
                    .legsAgree, table: "legs", key: key, "the configuration version", leg.configurationVersion,
                    row.configurationVersion)
            }
        }
        for row in rows.values.sorted(by: { $0.programID < $1.programID }) {
            findings.add(
                .legsAgree, table: "legs", key: spend.key(ofLeg: row.programID), expected: "no leg, by the decision",
                found: "a leg of \(row.amountMinor)")
        }
    }

    private static func examineCertificate(
        _ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings
    ) {
        findings.count(.certificateSum)
        guard let weights = WeightsText(decision.weights) else {
            return findings.add(
                .certificateSum, table: "spends", key: spend.key, expected: "weights as program:parts",
                found: "other text")
        }
        let moved = weights.parts.isEmpty ? 0 : Int128(decision.amountMinor)
        let sum = decision.shares.reduce(Int128(0)) { $0 + Int128($1) }
        if decision.shares.count != weights.parts.count || decision.shares.contains(where: { $0 < 0 }) {
            findings.add(
                .certificateSum, table: "spends", key: spend.key,
                expected: "a share of zero or more for each of \(weights.parts.count) programs",
                found: "\(decision.shares)")
        }
        findings.expect(.certificateSum, table: "spends", key: spend.key, "shares that sum to", moved, sum)
        findings.expect(
            .certificateSum, table: "spends", key: spend.key, "a total after of", Int128(decision.totalBefore) + moved,
            Int128(decision.totalAfter))
        for leg in decision.legs where !weights.programIDs.contains(leg.programID) {
            findings.add(
                .certificateSum, table: "spends", key: spend.key, expected: "legs of programs in the weights",
                found: leg.programID)
        }
    }

    static func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }
}
