package import PostgreSQL

/// A registered card.
package struct CardRecord: Sendable, Hashable {
    /// The card.
    package let cardID: String
    /// The platform's name for the cardholder.
    package let userID: String
    /// The currency of every spend of the card, ISO 4217.
    package let currencyCode: String
    /// The name Cosmo knows the cardholder by.
    package let sourceUserID: String
    /// The preference in force; 0 before the first link.
    package let preferenceVersion: Int64
    /// When it was registered.
    package let registeredAt: PostgresTimestamp
    /// The issuer's own name for the kind of card; empty for none.
    package let cardProgram: String

    /// Makes a record.
    package init(
        cardID: String, userID: String, currencyCode: String, sourceUserID: String, preferenceVersion: Int64,
        registeredAt: PostgresTimestamp, cardProgram: String = ""
    ) {
        self.cardID = cardID
        self.userID = userID
        self.currencyCode = currencyCode
        self.sourceUserID = sourceUserID
        self.preferenceVersion = preferenceVersion
        self.registeredAt = registeredAt
        self.cardProgram = cardProgram
    }
}
