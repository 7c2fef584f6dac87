/// Checks every spend by itself: its sum, its decision, its legs, and what it points to (I-1, I-5, I-9).
struct SpendAudit {
    let configurations: ConfigurationFacts

    /// Returns the decision when it can be read and is about this spend.
    func examine(_ spend: SpendRow, _ findings: inout Findings) -> StoredDecision? {
        Self.examineSum(spend, &findings)
        Self.examineReferences(spend, &findings)
        // What expired was not decided: all of it is excluded.
        guard spend.kind != .expiry else { return nil }
        findings.count(.decisionReadable)
        let decision: StoredDecision
        do {
            decision = try StoredDecision(spend.decision)
        } catch {
            findings.add(
                .decisionReadable, table: spend.table, key: spend.key, expected: "a decision in canonical JSON",
                found: error.words)
            return nil
        }
        let isSame = Self.examineAgreement(spend, decision, &findings)
        Self.examineLegs(spend, decision, &findings)
        examinePlugins(spend, decision, &findings)
        return isSame ? decision : nil
    }

    private static func examineSum(_ spend: SpendRow, _ findings: inout Findings) {
        findings.count(.spendSum)
        var sum = Int128(spend.excludedMinor) + Int128(spend.heldMinor)
        var isNegative = spend.amountMinor <= 0 || spend.excludedMinor < 0 || spend.heldMinor < 0
        for leg in spend.legs {
            sum += Int128(leg.amountMinor)
            isNegative = isNegative || leg.amountMinor < 0
        }
        if isNegative {
            let parts = spend.legs.map(\.amountMinor) + [spend.excludedMinor, spend.heldMinor]
            findings.add(
                .spendSum, table: spend.table, key: spend.key, expected: "an amount above zero and no negative part",
                found: "amount \(spend.amountMinor), parts \(parts)")
        }
        findings.expect(
            .spendSum, table: spend.table, key: spend.key, "legs, excluded and held that sum to",
            Int128(spend.amountMinor), sum)
    }

    private static func examineReferences(_ spend: SpendRow, _ findings: inout Findings) {
        findings.count(.spendCard)
        findings.count(.spendPreferenceVersion)
        guard let currency = spend.cardCurrencyCode, let current = spend.cardPreferenceVersion else {
            return findings.add(.spendCard, table: spend.table, key: spend.key, expected: "a card", found: "none")
        }
        findings.expect(
            .spendCard, table: spend.table, key: spend.key, "the card's currency", currency, spend.currencyCode)
        if spend.preferenceVersion < 0 || spend.preferenceVersion > current {
            findings.add(
                .spendPreferenceVersion, table: spend.table, key: spend.key, expected: "a version from 0 to \(current)",
                found: "\(spend.preferenceVersion)")
        } else if spend.kind != .expiry, spend.preferenceVersion > 0 || !spend.weights.isEmpty,
            spend.versionWeights.map({ $0.utf8.elementsEqual(spend.weights.utf8) }) != true
        {
            // Version 0 is the card without links and has no row. What has expired was not split by any.
            findings.add(
                .spendPreferenceVersion, table: spend.table, key: spend.key,
                expected: "the weights of version \(spend.preferenceVersion), \(quoted(spend.versionWeights))",
                found: quoted(spend.weights))
        }
        if spend.attribution == "clearing", let effective = spend.versionEffectiveAtMicros,
            effective > spend.occurredAtMicros
        {
            findings.add(
                .spendPreferenceVersion, table: spend.table, key: spend.key,
                expected: "a version that was valid when the purchase happened",
                found: "version \(spend.preferenceVersion), valid only later")
        }
        guard spend.attribution == "authorization" else { return }
        findings.count(.authorizationPins)
        if spend.authorizedVersion != spend.preferenceVersion {
            findings.add(
                .authorizationPins, table: spend.table, key: spend.key,
                expected: spend.authorizedVersion.map { "version \($0), which its authorisation pins" }
                    ?? "an authorisation of the card",
                found: "version \(spend.preferenceVersion)")
        }
    }

    /// Merchant names are compared and never quoted.
    private static func examineAgreement(
        _ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings
    ) -> Bool {
        findings.count(.decisionAgrees)
        var isSame = true
        func differ(_ what: String, _ expected: String, _ found: String) {
            isSame = false
            findings.add(
                .decisionAgrees, table: spend.table, key: spend.key, expected: "the decision's \(what) \(expected)",
                found: found)
        }
        // Byte by byte: texts that only look alike are different ids to the database.
        func agree(_ what: String, _ decided: String, _ stored: String) {
            if !decided.utf8.elementsEqual(stored.utf8) { differ(what, quoted(decided), quoted(stored)) }
        }
        func agree(_ what: String, _ decided: Int64, _ stored: Int64) {
            if decided != stored { differ(what, "\(decided)", "\(stored)") }
        }
        agree("card", decision.cardID, spend.cardID)
        agree("spend", decision.spendID, spend.spendID)
        agree("currency", decision.currencyCode, spend.currencyCode)
        agree("category code", decision.merchantCategoryCode, spend.merchantCategoryCode)
        agree("country", decision.merchantCountry, spend.merchantCountry)
        agree("weights", decision.weights, spend.weights)
        agree("amount", decision.amountMinor, spend.amountMinor)
        agree("time in microseconds", decision.occurredAtMicros, spend.occurredAtMicros)
        agree("preference version", decision.preferenceVersion, spend.preferenceVersion)
        agree("running total before", decision.totalBefore, spend.runningBefore)
        agree("excluded", decision.excludedMinor, spend.excludedMinor)
        agree("held", decision.heldMinor, spend.heldMinor)
        if !decision.merchantName.utf8.elementsEqual(spend.merchantName.utf8) {
            differ("merchant name", "(not shown)", "another")
        }
        return isSame
    }

    private static func examineLegs(_ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings) {
        findings.count(.legsAgree, Int64(decision.legs.count))
        for leg in decision.legs {
            guard let row = spend.legs.first(where: { $0.programID == leg.programID }) else {
                findings.add(
                    .legsAgree, table: "legs", key: spend.key(ofLeg: leg.programID),
                    expected: "a leg of \(leg.amountMinor)", found: "none")
                continue
            }
            func expect<Value: Equatable>(_ words: String, _ expected: Value, _ found: Value) {
                findings.expect(
                    .legsAgree, table: "legs", key: spend.key(ofLeg: leg.programID), words, expected, found)
            }
            expect("the decision's amount", leg.amountMinor, row.amountMinor)
            if leg.isParked {
                // Once retried, a parked leg has an earning that the decision does not know, and what decided it.
                guard row.status == "parked" else {
                    if !row.isSettledLate {
                        findings.add(
                            .legsAgree, table: "legs", key: spend.key(ofLeg: leg.programID),
                            expected: "what decided a parked leg at last", found: "a leg that earned, and nothing")
                    }
                    continue
                }
                expect("a parked leg that earned", 0, row.earnedMicro)
                expect("whether it was settled later", false, row.isSettledLate)
                if leg.fault != row.reason { expect("the reason", quoted(leg.fault), quoted(row.reason)) }
            } else {
                expect("the status", "earned", row.status)
                expect("whether it was settled later", false, row.isSettledLate)
                expect("the decision's earning", leg.earnedMicro, row.earnedMicro)
                expect("the unit", leg.unit ?? "", row.unit)
                let reason = leg.adjustments.first { $0.effect != "RATED" }?.reason
                if reason != row.reason { expect("the reason", quoted(reason), quoted(row.reason)) }
            }
            expect("the configuration version", leg.plugin?.configurationVersion ?? 0, row.configurationVersion)
        }
        for row in spend.legs where !decision.legs.contains(where: { $0.programID == row.programID }) {
            findings.add(
                .legsAgree, table: "legs", key: spend.key(ofLeg: row.programID), expected: "no leg, by the decision",
                found: "a leg of \(row.amountMinor)")
        }
    }

    private func examinePlugins(_ spend: SpendRow, _ decision: StoredDecision, _ findings: inout Findings) {
        for leg in decision.legs {
            guard let plugin = leg.plugin, configurations.knows(leg.programID) else { continue }
            findings.count(.decisionPlugin)
            let known = configurations.fact(leg.programID, version: plugin.configurationVersion)
            if known?.plugin != plugin.name || known?.digest != plugin.digest {
                findings.add(
                    .decisionPlugin, table: spend.table, key: spend.key(ofLeg: leg.programID),
                    expected: known.map { "\($0.plugin) with digest \($0.digest)" }
                        ?? "a configuration that the program had",
                    found: "version \(plugin.configurationVersion): \(plugin.name) with digest \(plugin.digest)")
            }
        }
    }

    static func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }
}
