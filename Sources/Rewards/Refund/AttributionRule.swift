/// A rule by which a refund that names no spend finds the spends it is of.
public enum AttributionRule: String, Sendable, Hashable, CaseIterable {
    /// The spends that cleared the authorisation which the refund names, oldest first. Such a link binds: when those
    /// spends are not open enough, or there are none, the refund is held and no other rule guesses, in whatever order
    /// they are.
    case exactLink = "EXACT_LINK"
    /// The oldest spend at the same merchant, of the same amount, of which nothing is refunded yet, inside the window.
    case sameMerchantAndAmount = "SAME_MERCHANT_AND_AMOUNT"
    /// The spends at the same merchant inside the window, oldest first; when those are not open enough, the spends of
    /// the same merchant category instead.
    case firstInFirstOut = "FIRST_IN_FIRST_OUT"
    /// Every spend before the refund, in proportion to what is open on it.
    case proRata = "PRO_RATA"
}
