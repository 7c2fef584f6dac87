public import Rewards

/// A share of a purchase that is offered to a program, with all that its rule may look at.
public struct AllocationRequest: Sendable, Hashable {
    /// What is offered, in minor units; zero or more, and at most the whole purchase.
    public let shareMinor: Int64
    /// The whole purchase.
    public let purchase: Purchase
    /// What this card's program has had in the plugin's period before this purchase; zero when it asks for none.
    public let periodTotals: PeriodTotals

    /// Makes a request.
    public init(shareMinor: Int64, of purchase: Purchase, periodTotals: PeriodTotals = .zero) {
        self.shareMinor = shareMinor
        self.purchase = purchase
        self.periodTotals = periodTotals
    }

    /// The whole purchase, in minor units.
    public var wholeMinor: Int64 { purchase.amount.minorUnits }

    /// The currency of the share and of the whole, which knows its minor digits.
    public var currency: CurrencyCode { purchase.amount.currency }

    /// The same request about another share, and other totals when given.
    public func offering(_ shareMinor: Int64, periodTotals: PeriodTotals? = nil) -> AllocationRequest {
        AllocationRequest(shareMinor: shareMinor, of: purchase, periodTotals: periodTotals ?? self.periodTotals)
    }
}
