public import Cosmo
public import PostgreSQL

/// Where the points of a card and a program go now.
public struct LinkDestination: Sendable, Hashable {
    /// The account; after a removal, the last one.
    public let account: CosmoAccount
    /// What the check of the account has shown.
    public let validity: LinkValidity
    /// Whether the program takes part in the card's preference.
    public let status: LinkStatus
    /// The currency of the card, which value is issued in.
    public let cardCurrencyCode: String
    /// Until when nothing is issued, because the pair is held; nil when nothing waits.
    public let waitsUntil: PostgresTimestamp?

    /// Makes a destination.
    public init(
        account: CosmoAccount, validity: LinkValidity, status: LinkStatus, cardCurrencyCode: String,
        waitsUntil: PostgresTimestamp? = nil
    ) {
        self.account = account
        self.validity = validity
        self.status = status
        self.cardCurrencyCode = cardCurrencyCode
        self.waitsUntil = waitsUntil
    }
}
