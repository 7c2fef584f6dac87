extension Decision {
    /// Proves the identities a decision must satisfy; a decision read from a store is checked before it is used.
    ///
    /// **Errors** The first ``DecisionDefect`` found, in the order of its cases.
    public func check() throws(DecisionDefect) {
        try checkCertificate()
        var rest = input.purchase.amount.minorUnits
        guard rest > 0 else { throw .amountNotPositive }
        guard excludedMinor >= 0, heldMinor >= 0, legs.allSatisfy({ $0.amountMinor >= 0 }) else { throw .negativePart }
        for part in legs.lazy.map(\.amountMinor) + [excludedMinor, heldMinor] {
            guard part <= rest else { throw .partsDoNotSum }
            rest -= part
        }
        guard rest == 0 else { throw .partsDoNotSum }
        guard (excludedMinor + heldMinor > 0) == (remainderRule != nil), remainderIsWhereThePolicySays else {
            throw .remainderMisplaced
        }
        try checkOwnProgram()
        var previous = -1
        for leg in legs {
            guard let index = programIndex(of: leg.programID), index > previous else { throw .legUnexpected }
            previous = index
            guard leg.isConsistent else { throw .legInconsistent }
        }
    }

    private func checkCertificate() throws(DecisionDefect) {
        let weights = certificate.weights
        guard certificate.totalBefore >= 0, certificate.shares.count == weights.count,
            !weights.isEmpty || certificate.fixed.isEmpty
        else { throw .certificateWrong }
        let moved = weights.isEmpty ? 0 : try apportionedMinor()
        let (after, overflow) = certificate.totalBefore.addingReportingOverflow(moved)
        guard !overflow, after == certificate.totalAfter else { throw .certificateWrong }
        var rest = moved
        for share in certificate.shares {
            guard share >= 0, share <= rest else { throw .certificateWrong }
            rest -= share
        }
        guard rest == 0 else { throw .certificateWrong }
    }

    /// What is left of the amount behind the fixed parts.
    private func apportionedMinor() throws(DecisionDefect) -> Int64 {
        let fixed = certificate.fixed
        var rest = input.purchase.amount.minorUnits
        // No fixed parts are no list, so that a decision has one form only.
        guard fixed.isEmpty || fixed.count == certificate.weights.count && fixed.contains(where: { $0 > 0 }) else {
            throw .certificateWrong
        }
        for part in fixed {
            guard part >= 0, part <= rest else { throw .certificateWrong }
            rest -= part
        }
        return rest
    }

    private var remainderIsWhereThePolicySays: Bool {
        switch remainderRule.map({ $0 == .noLinks ? fallback.noLinks : fallback.refused }) {
        case .hold: excludedMinor == 0
        case .exclude, .wallet: heldMinor == 0
        case nil: true
        }
    }
}

extension Leg {
    fileprivate var isConsistent: Bool {
        guard amountMinor <= offeredMinor else { return false }
        switch status {
        case .parked: return earning == nil && faultReason != nil && adjustments.isEmpty && amountMinor == offeredMinor
        case .earned:
            guard amountMinor > 0 || earnedMicro == 0 else { return false }
            return earnedMicro >= 0 && earning != nil && faultReason == nil && plugin != nil
        }
    }
}
