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
