/// What is stored of a card when it is registered, beside its source user.
package struct CardRegistration: Sendable {
    let cardID: String
    let userID: String
    let currencyCode: String
    let cardProgram: String
    let requestHash: [UInt8]

    /// Makes a registration.
    ///
    /// - Parameters:
    ///   - cardID: The card's id, chosen by the platform.
    ///   - userID: The platform's name for the cardholder.
    ///   - currencyCode: The currency of the card's spends, ISO 4217.
    ///   - cardProgram: The issuer's own name for the kind of card; empty for none.
    ///   - requestHash: The hash of the request, by which an equal call is recognised (I-5).
    package init(cardID: String, userID: String, currencyCode: String, cardProgram: String, requestHash: [UInt8]) {
        self.cardID = cardID
        self.userID = userID
        self.currencyCode = currencyCode
        self.cardProgram = cardProgram
        self.requestHash = requestHash
    }
}
