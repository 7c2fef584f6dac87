/// Whether a spend was at the merchant that a refund comes from.
///
/// Names are compared as ``MerchantName`` reads them. A name that either side lacks leaves the merchant category code
/// to decide.
struct MerchantMatch {
    private let name: MerchantName
    private let categoryCode: String

    init(_ clues: RefundClues) {
        name = MerchantName(clues.merchantName)
        categoryCode = clues.merchantCategoryCode
    }

    /// What the refund's merchant and those of a card's spends have to do with each other, each name read once.
    func names(of spends: [OpenSpend]) -> [String: Verdict] {
        var verdicts: [String: Verdict] = [:]
        for spend in spends where verdicts[spend.merchantName] == nil {
            verdicts[spend.merchantName] = verdict(on: MerchantName(spend.merchantName))
        }
        return verdicts
    }

    /// What two names say.
    enum Verdict {
        case same
        case other
        /// One of them is not known.
        case unknown
    }

    func isSameMerchant(_ spend: OpenSpend, _ names: [String: Verdict]) -> Bool {
        switch names[spend.merchantName] {
        case .same: true
        case .other: false
        case .unknown, nil: isSameCategory(spend)
        }
    }

    func isSameCategory(_ spend: OpenSpend) -> Bool {
        !categoryCode.isEmpty && ExactText(categoryCode) == ExactText(spend.merchantCategoryCode)
    }

    private func verdict(on other: MerchantName) -> Verdict {
        if name.isEmpty || other.isEmpty { return .unknown }
        return name.isSameMerchant(as: other) ? .same : .other
    }
}
