/// A rule by which a refund that names no spend finds the spends it is of.
public enum AttributionRule: String, Sendable, Hashable, CaseIterable {
    /// The spends that cleared the authorisation which the refund names, oldest first. Such a link binds: when those
    /// spends are not open enough, or there are none, the refund is held and no other rule guesses, in whatever order they
    /// are.
    case exactLink = "EXACT_LINK"
    /// The oldest spend at the same merchant, of the same amount, of which nothing is refunded yet, inside the window.
    case sameMerchantAndAmount = "SAME_MERCHANT_AND_AMOUNT"
    /// The spends at the same merchant inside the window, oldest first; when those are not open enough, the spends of the
    /// same merchant category instead.
    case firstInFirstOut = "FIRST_IN_FIRST_OUT"
    /// Every spend before the refund, in proportion to what is open on it.
    case proRata = "PRO_RATA"
}

/// Which rules attribute a refund that names no spend, in which order, and how far back they look.
///
/// What no rule attributes is held for an operator.
public struct AttributionPolicy: Sendable, Hashable {
    /// The longest window, in days.
    public static let windowDaysMax = 3650
    /// Exact link, same merchant and amount, first-in-first-out within 120 days, pro rata.
    public static let standard = AttributionPolicy()

    /// The rules, the first to be tried first.
    public let rules: [AttributionRule]
    /// How many days before the refund a spend may have been, for the rules that look inside a window.
    public let windowDays: Int

    /// Makes a policy; a rule that is named again counts once, and the window is 0 to ``windowDaysMax`` days.
    public init(rules: [AttributionRule] = AttributionRule.allCases, windowDays: Int = 120) {
        var seen: Set<AttributionRule> = []
        self.rules = rules.filter { seen.insert($0).inserted }
        self.windowDays = min(max(windowDays, 0), Self.windowDaysMax)
    }
}
