package import Rewards

/// A refused use case of this room.
///
/// **Guarantees**: `reason` is stable and machine-readable, `message` says what to do and holds no personal data, and
/// `outcome` says what has happened to the thing that was asked for (I-12).
package struct PreferencesError: Error, Sendable, Hashable {
    /// Why, for machines.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A field breaks the rule for its kind.
        case invalidArgument = "INVALID_ARGUMENT"
        /// The currency is not an active one of ISO 4217.
        case unknownCurrency = "UNKNOWN_CURRENCY"
        /// No card bears this id.
        case unknownCard = "UNKNOWN_CARD"
        /// The card was registered after the time that was asked about.
        case cardNotRegistered = "CARD_NOT_REGISTERED"
        /// The card is registered with other facts.
        case cardConflict = "CARD_CONFLICT"
        /// The request id was used for another request of this card.
        case requestConflict = "REQUEST_CONFLICT"
        /// Another version is in force than the caller expected.
        case versionMismatch = "VERSION_MISMATCH"
        /// The program is not linked to the card.
        case notLinked = "NOT_LINKED"
        /// In lowest terms the parts sum to more than 10,000.
        case tooManyParts = "TOO_MANY_PARTS"
        /// The card has as many links as it may.
        case tooManyLinks = "TOO_MANY_LINKS"
        /// The catalogue does not have the program.
        case unknownProgram = "UNKNOWN_PROGRAM"
        /// The account lacks a field the program requires.
        case missingAccountField = "MISSING_ACCOUNT_FIELD"
        /// The page token was not made by this listing.
        case badPageToken = "BAD_PAGE_TOKEN"
        /// The delivery left no connection event.
        case unknownInboxEntry = "UNKNOWN_INBOX_ENTRY"
        /// Nothing is held that could be resolved.
        case wrongStatus = "WRONG_STATUS"
    }

    /// What kind of wrong it is: what a transport maps to its status.
    package typealias Kind = FaultKind

    /// What has happened to the thing asked for.
    package typealias Outcome = EffectOutcome

    /// Why, for machines.
    package let reason: Reason
    /// What to do, for people.
    package let message: String
    /// The request's field at fault, in the RPC's spelling, when there is one.
    package let field: String?
    /// What has happened to the thing asked for.
    package let outcome: Outcome

    init(_ reason: Reason, _ message: String, field: String? = nil, outcome: Outcome = .notApplied) {
        self.reason = reason
        self.message = message
        self.field = field
        self.outcome = outcome
    }

    /// What kind of wrong it is.
    package var kind: Kind { reason.kind }
}

extension PreferencesError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .invalidArgument, .unknownCurrency, .tooManyParts, .missingAccountField, .badPageToken: .invalidArgument
        case .unknownCard, .cardNotRegistered, .unknownProgram, .unknownInboxEntry: .notFound
        case .cardConflict, .requestConflict: .alreadyExists
        case .notLinked, .wrongStatus: .failedPrecondition
        case .versionMismatch: .aborted
        case .tooManyLinks: .resourceExhausted
        }
    }
}

extension PreferencesError: CustomStringConvertible {
    /// The reason and what to do.
    package var description: String { "\(reason.rawValue): \(message)" }
}

extension PreferencesError {
    static let unknownCard = PreferencesError(
        .unknownCard, "no card has this id; register it with RegisterCard first", field: "card_id")

    static let badPageToken = PreferencesError(
        .badPageToken, "start the listing again without a page token", field: "page_token")

    static func invalidID(_ field: String) -> PreferencesError {
        PreferencesError(
            .invalidArgument, "\(field) must be 1 to 128 bytes of UTF-8 without control characters", field: field)
    }
}

extension PreferencesError: UseCaseError {
    /// The stable reason as text.
    package var reasonText: String { reason.rawValue }
}
