public import PostgreSQL

/// A registered card.
public struct CardRecord: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The platform's name for the cardholder.
    public let userID: String
    /// The currency of every spend of the card, ISO 4217.
    public let currencyCode: String
    /// The name Cosmo knows the cardholder by.
    public let sourceUserID: String
    /// The preference in force; 0 before the first link.
    public let preferenceVersion: Int64
    /// When it was registered.
    public let registeredAt: PostgresTimestamp
    /// The issuer's own name for the kind of card; empty for none.
    public let cardProgram: String

    /// Makes a record.
    public init(
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
