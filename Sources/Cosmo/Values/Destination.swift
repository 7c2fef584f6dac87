import Rewards

/// Where a card's points with one program go.
package struct Destination: Sendable, Hashable {
    /// The member's account; a removed link keeps the one that earlier points are still owed to.
    package var account: CosmoAccount
    /// What the check of the account has shown.
    package var validity: LinkValidity
    /// The card's currency, ISO 4217, which value is issued in.
    package var cardCurrencyCode: String
    /// Until when nothing may be issued, since it is open whether the preference is the cardholder's; in microseconds
    /// since 1970, the greatest number for a wait without end, nil when nothing waits.
    package var waitsUntilMicros: Int64?

    /// Makes a destination.
    package init(
        account: CosmoAccount, validity: LinkValidity, cardCurrencyCode: String, waitsUntilMicros: Int64? = nil
    ) {
        self.account = account
        self.validity = validity
        self.cardCurrencyCode = cardCurrencyCode
        self.waitsUntilMicros = waitsUntilMicros
    }
}
