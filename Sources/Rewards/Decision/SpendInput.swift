/// A cleared purchase as the decision sees it, with the ids it is known by.
public struct SpendInput: Sendable, Hashable {
    /// The caller's id of the spend.
    public let spendID: String
    /// The card.
    public let cardID: String
    /// What was bought; its amount is the cleared one.
    public let purchase: Purchase

    /// Makes an input.
    public init(spendID: String, cardID: String, purchase: Purchase) {
        self.spendID = spendID
        self.cardID = cardID
        self.purchase = purchase
    }
}
