/// The tries of one refund's attribution.
struct AttributionSearch {
    private let clues: RefundClues
    private let spends: [OpenSpend]
    private let policy: AttributionPolicy
    private let merchant: MerchantMatch
    private let merchantNames: [String: MerchantMatch.Verdict]

    init(_ clues: RefundClues, _ spends: [OpenSpend], _ policy: AttributionPolicy) {
        self.clues = clues
        self.spends = spends
        self.policy = policy
        merchant = MerchantMatch(clues)
        merchantNames = merchant.names(of: spends)
    }

    /// The rules with what they look for, in order; first-in-first-out looks twice, and a link that binds is the only
    /// one.
    var tries: [(rule: AttributionRule, basis: RefundAttribution.Basis)] {
        if linkBinds { return [(.exactLink, .authorization)] }
        return policy.rules.flatMap { rule -> [(AttributionRule, RefundAttribution.Basis)] in
            switch rule {
            case .exactLink: [(rule, .authorization)]
            case .sameMerchantAndAmount: [(rule, .merchant)]
            case .firstInFirstOut: [(rule, .merchant), (rule, .category)]
            case .proRata: [(rule, .open)]
            }
        }
    }

    /// Whether the refund names an authorisation, and the policy looks at it: a name is never overruled by a guess, not
    /// even when nothing has cleared that authorisation or there is none.
    private var linkBinds: Bool { clues.authorizationID != nil && policy.rules.contains(.exactLink) }

    /// Why the refund is held when no rule takes it.
    func holdReason(_ authorization: RefundAttribution.NamedAuthorization) -> RefundAttribution.HoldReason {
        guard linkBinds else { return .fitsNoSpend }
        if spends.contains(where: isLinked) { return .linkNotOpenEnough }
        return switch authorization {
        case .ofCard: .linkNotCleared
        case .ofAnotherCard: .linkOfAnotherCard
        case .unknown: .linkUnknown
        }
    }

    func trial(_ rule: AttributionRule, _ basis: RefundAttribution.Basis) -> RefundAttribution.Trial {
        var found: [OpenSpend] = []
        var leftOut: [RefundAttribution.LeftOut: Int] = [:]
        for spend in spends {
            if let objection = objection(to: spend, rule, basis) {
                leftOut[objection, default: 0] += 1
            } else {
                found.append(spend)
            }
        }
        found.sort(by: OpenSpend.isOlder)
        let open = found.reduce(into: Int128(0)) { $0 += Int128($1.openMinor) }
        let isEnough = clues.amountMinor > 0 && open >= Int128(clues.amountMinor)
        let chosen: [Int64]
        switch rule {
        case _ where !isEnough: chosen = found.map { _ in 0 }
        case .proRata: chosen = inProportion(found, open)
        default: chosen = oldestFirst(found)
        }
        return RefundAttribution.Trial(
            rule: rule, basis: basis,
            candidates: zip(found, chosen).map {
                RefundAttribution.Candidate(spendID: $0.spendID, openMinor: $0.openMinor, chosenMinor: $1)
            },
            leftOut: leftOut, outcome: found.isEmpty ? .noCandidate : isEnough ? .chosen : .notOpenEnough)
    }

    private func objection(
        to spend: OpenSpend, _ rule: AttributionRule, _ basis: RefundAttribution.Basis
    ) -> RefundAttribution.LeftOut? {
        if spend.openMinor <= 0 { return .nothingOpen }
        if rule == .exactLink { return isLinked(spend) ? nil : .otherAuthorization }
        // Wide arithmetic: instants come from outside and may be as far apart as 64 bits allow.
        let age = Int128(clues.occurredAtMicros) - Int128(spend.occurredAtMicros)
        if age < 0 { return .afterRefund }
        if rule == .proRata { return nil }
        if age > Int128(policy.windowDays) * 86_400_000_000 { return .beforeWindow }
        let matches =
            basis == .category ? merchant.isSameCategory(spend) : merchant.isSameMerchant(spend, merchantNames)
        guard matches else { return .otherMerchant }
        guard rule == .sameMerchantAndAmount else { return nil }
        let isWhole = spend.amountMinor == clues.amountMinor && spend.openMinor == clues.amountMinor
        return isWhole ? nil : .otherAmount
    }

    private func isLinked(_ spend: OpenSpend) -> Bool {
        guard let link = clues.authorizationID, let cleared = spend.authorizationID else { return false }
        return ExactText(link) == ExactText(cleared)
    }

    private func oldestFirst(_ found: [OpenSpend]) -> [Int64] {
        var rest = clues.amountMinor
        return found.map { spend in
            let part = min(rest, spend.openMinor)
            rest -= part
            return part
        }
    }

    /// Largest remainder: everyone's whole units, then one more for the largest fractions; the older first among
    /// equals.
    private func inProportion(_ found: [OpenSpend], _ open: Int128) -> [Int64] {
        var parts: [Int64] = []
        var fractions: [(index: Int, fraction: Int128)] = []
        var rest = clues.amountMinor
        for (index, spend) in found.enumerated() {
            let (whole, fraction) = (Int128(clues.amountMinor) * Int128(spend.openMinor))
                .quotientAndRemainder(dividingBy: open)
            // At most the spend's open amount, since the refund is at most what is open in all.
            parts.append(Int64(whole))
            fractions.append((index, fraction))
            rest -= Int64(whole)
        }
        // A spend whose fraction is above zero has at least one more unit open.
        let largestFirst = fractions.sorted {
            $0.fraction != $1.fraction ? $0.fraction > $1.fraction : $0.index < $1.index
        }
        for (index, _) in largestFirst.prefix(Int(rest)) { parts[index] += 1 }
        return parts
    }
}
