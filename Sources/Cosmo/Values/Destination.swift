import Rewards

/// Where a card's points with one program go.
public struct Destination: Sendable, Hashable {
    /// The member's account; a removed link keeps the one that earlier points are still owed to.
    public var account: CosmoAccount
    /// What the check of the account has shown.
    public var validity: LinkValidity
    /// The card's currency, ISO 4217, which value is issued in.
    public var cardCurrencyCode: String
    /// Until when nothing may be issued, since it is open whether the preference is the cardholder's; in microseconds
    /// since 1970, the greatest number for a wait without end, nil when nothing waits.
    public var waitsUntilMicros: Int64?

    /// Makes a destination.
    public init(
        account: CosmoAccount, validity: LinkValidity, cardCurrencyCode: String, waitsUntilMicros: Int64? = nil
    ) {
        self.account = account
        self.validity = validity
        self.cardCurrencyCode = cardCurrencyCode
        self.waitsUntilMicros = waitsUntilMicros
    }
}

/// What the check of a link's account has shown.
public enum LinkValidity: String, Sendable, Hashable, CaseIterable {
    /// Not checked yet, or the check could not be made.
    case unchecked
    /// Cosmo knows the account as a member's.
    case valid
    /// A required field is missing, or Cosmo does not know the account: it earns and is not issued to.
    case invalid
}

/// A card and a program, compared by their bytes as the database does.
public struct DestinationKey: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The program, by Cosmo's id.
    public let programID: String

    /// Makes a key.
    public init(cardID: String, programID: String) {
        self.cardID = cardID
        self.programID = programID
    }

    /// Whether all bytes are the same.
    public static func == (left: DestinationKey, right: DestinationKey) -> Bool {
        ExactText(left.cardID) == ExactText(right.cardID) && ExactText(left.programID) == ExactText(right.programID)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(cardID))
        hasher.combine(ExactText(programID))
    }
}
