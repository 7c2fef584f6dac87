public import Cosmo
public import PostgreSQL

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

    /// Makes a destination.
    public init(account: CosmoAccount, validity: Validity, cardCurrencyCode: String) {
        self.account = account
        self.validity = validity
        self.cardCurrencyCode = cardCurrencyCode
    }
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
        left.cardID.hasSameBytes(as: right.cardID) && left.programID.hasSameBytes(as: right.programID)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        cardID.hashBytes(into: &hasher)
        programID.hashBytes(into: &hasher)
    }
}

/// Reads where points go, inside the planner's transaction; nil for a pair that was never linked.
///
/// It gives one answer for each key, in their order. Composition fills it from the room of preferences.
public typealias DestinationLookup =
    @Sendable (PostgresConnection, [DestinationKey]) async throws -> [Destination?]

/// What a program allows, as the room of programs knows it.
public struct ProgramTerms: Sendable, Hashable {
    /// Whether Cosmo's latest catalogue lists it.
    public var isListed: Bool
    /// Whether an operator paused issuing.
    public var isPaused: Bool
    /// The least points of one issue; nil for none.
    public var minimumPoints: Int64?
    /// The most points of one issue; nil for none.
    public var maximumPoints: Int64?
    /// The least `value` of one issue, in Cosmo's unit of value; nil for none.
    public var minimumValue: Int64?
    /// The most `value` of one issue, in Cosmo's unit of value; nil for none.
    public var maximumValue: Int64?
    /// The currency Cosmo takes value in, ISO 4217; nil when it does not say.
    public var issueCurrencyCode: String?

    /// Makes terms.
    public init(
        isListed: Bool = true, isPaused: Bool = false, minimumPoints: Int64? = nil, maximumPoints: Int64? = nil,
        minimumValue: Int64? = nil, maximumValue: Int64? = nil, issueCurrencyCode: String? = nil
    ) {
        self.isListed = isListed
        self.isPaused = isPaused
        self.minimumPoints = minimumPoints
        self.maximumPoints = maximumPoints
        self.minimumValue = minimumValue
        self.maximumValue = maximumValue
        self.issueCurrencyCode = issueCurrencyCode
    }
}

/// Reads what programs allow, inside the planner's transaction; a program that is not known is left out.
///
/// It must read the database rather than a snapshot in memory: the planner clears `plan_at` by what it is told here, and
/// the transaction that changes a program sets it again (`PositionStore.planProgram`).
public typealias ProgramTermsLookup =
    @Sendable (PostgresConnection, [String]) async throws -> [String: ProgramTerms]
