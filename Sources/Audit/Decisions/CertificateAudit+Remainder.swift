/// What no linked program takes: who was offered it, and where the rest is.
extension CertificateAudit {
    /// The leg of the issuer's own program: the last, outside the weights, where the policy sends what is left to the
    /// wallet.
    func ownProgramLeg(_ decision: StoredDecision, _ weights: WeightsText) -> StoredDecision.Leg? {
        guard decision.fallback == "WALLET", let ownProgram = decision.ownProgramID, let leg = decision.legs.last,
            leg.programID.utf8.elementsEqual(ownProgram.utf8),
            !weights.programIDs.contains(where: { $0.utf8.elementsEqual(ownProgram.utf8) })
        else { return nil }
        return leg
    }

    /// The issuer's own program is offered exactly what the linked programs left, takes it or parks it whole, or names
    /// what it refuses.
    func examineOwnProgram(
        _ spend: SpendRow, _ decision: StoredDecision, _ leg: StoredDecision.Leg, _ findings: inout Findings
    ) {
        let linked = decision.legs.dropLast().reduce(Int128(0)) { $0 + Int128($1.amountMinor) }
        let left = Int128(decision.amountMinor) - linked
        let words = "offered \(leg.offeredMinor), taken \(leg.amountMinor), earned \(leg.earnedMicro)"
        func wrong(_ expected: String, _ found: String) {
            findings.add(
                .legOffer, table: spend.table, key: spend.key(ofLeg: leg.programID), expected: expected, found: found)
        }
        if left <= 0 || Int128(leg.offeredMinor) != left {
            wrong("the issuer's own program to be offered the \(left) that the linked programs left, if any", words)
        }
        if leg.isParked {
            if leg.amountMinor != leg.offeredMinor || !leg.adjustments.isEmpty {
                wrong("a parked leg that keeps what it was offered", words)
            }
            return
        }
        if let off = leg.adjustmentsOff {
            wrong("adjustments that add up to what was refused, and no more than was taken", "\(words), \(off)")
        }
        if leg.amountMinor < 0 || leg.earnedMicro < 0 || leg.amountMinor == 0 && leg.earnedMicro != 0 {
            wrong("nothing earned on nothing, and nothing below zero", words)
        }
    }

    /// What no program has is where the policy puts it, and only when every program refused or there was none.
    func examineRemainder(
        _ spend: SpendRow, _ decision: StoredDecision, _ weights: WeightsText, _ findings: inout Findings
    ) {
        findings.count(.remainderRule)
        let ownProgram = ownProgramLeg(decision, weights)
        let linked = ownProgram == nil ? decision.legs[...] : decision.legs.dropLast()
        let remainder = Int128(decision.excludedMinor) + Int128(decision.heldMinor)
        let words =
            "\(decision.remainderRule ?? "no rule"), excluded \(decision.excludedMinor), held \(decision.heldMinor)"
        func wrong(_ expected: String) {
            findings.add(.remainderRule, table: spend.table, key: spend.key, expected: expected, found: words)
        }
        func examineRefusal() {
            if weights.parts.isEmpty || linked.contains(where: { !$0.isParked && $0.refusedMinor == 0 }) {
                wrong("a refusal of every program")
            }
        }
        switch decision.remainderRule {
        case nil:
            if remainder != 0 || weights.parts.isEmpty && ownProgram == nil {
                wrong("nothing excluded or held without a rule")
            }
            if ownProgram != nil, !weights.parts.isEmpty { examineRefusal() }
            return
        case "NO_LINKS": if !weights.parts.isEmpty || !linked.isEmpty { wrong("a card without links") }
        case "REFUSED_BY_ALL": examineRefusal()
        default: return wrong("a known rule")
        }
        switch decision.fallback {
        case "HOLD": if decision.heldMinor <= 0 || decision.excludedMinor != 0 { wrong("the rest to be held") }
        case "EXCLUDE": if decision.excludedMinor <= 0 || decision.heldMinor != 0 { wrong("the rest to be excluded") }
        case "WALLET":
            if decision.excludedMinor <= 0 || decision.heldMinor != 0 {
                wrong("what the issuer's own program refuses to be excluded")
            }
            // An own program that is linked itself has refused as one of the linked ones.
            let isLinked = weights.programIDs.contains { $0.utf8.elementsEqual((decision.ownProgramID ?? "").utf8) }
            if ownProgram == nil, !isLinked { wrong("the issuer's own program to be offered it") }
        default: wrong("a known fallback")
        }
    }
}

extension StoredDecision.Leg {
    /// What is off with an answer's adjustments: they add up to what was refused, are known, and treat no more than was
    /// taken; nil when nothing is.
    var adjustmentsOff: String? {
        var refused = Int128(0)
        var treated = Int128(0)
        var isKnown = true
        for adjustment in adjustments {
            switch adjustment.effect {
            case "REFUSED": refused += Int128(adjustment.amountMinor)
            case "UNEARNED", "RATED": treated += Int128(adjustment.amountMinor)
            default: isKnown = false
            }
            isKnown = isKnown && adjustment.amountMinor > 0 && !adjustment.reason.isEmpty
        }
        guard refused != Int128(offeredMinor) - Int128(amountMinor) || treated > Int128(amountMinor) || !isKnown else {
            return nil
        }
        return "refused \(refused), treated \(treated)"
    }
}
