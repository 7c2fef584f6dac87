public import Cosmo
public import PostgreSQL
import Rewards

/// Where a card's points with one program go, as the room of preferences knows it.
public struct Destination: Sendable, Hashable {
    /// What is known of the account.
    public enum Validity: String, Sendable, Hashable, CaseIterable {
        /// The program accepts it.
        case valid
        /// The program does not.
        case invalid
        /// Not asked yet, or no answer yet.
        case unchecked
    }

    /// The member's account; a delinked program keeps the one that earlier points are still owed to.
    public var account: CosmoAccount
    /// What is known of the account.
    public var validity: Validity
    /// The card's currency, ISO 4217.
    public var cardCurrencyCode: String
    /// Until when nothing may be issued, since it is open whether the preference is the cardholder's; nil when nothing waits.
    public var waitsUntil: PostgresTimestamp?

    /// Makes a destination.
    public init(
        account: CosmoAccount, validity: Validity, cardCurrencyCode: String, waitsUntil: PostgresTimestamp? = nil
    ) {
        self.account = account
        self.validity = validity
        self.cardCurrencyCode = cardCurrencyCode
        self.waitsUntil = waitsUntil
    }
}

extension Destination {
    /// The end of the wait that lies ahead; nil when nothing waits any more.
    func wait(at now: PostgresTimestamp) -> PostgresTimestamp? { waitsUntil.flatMap { $0 > now ? $0 : nil } }
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

/// Reads where points go, inside the planner's transaction; nil for a pair that was never linked.
///
/// It gives one answer for each key, in their order. Composition fills it from the room of preferences.
public typealias DestinationLookup =
    @Sendable (PostgresConnection, [DestinationKey]) async throws -> [Destination?]
