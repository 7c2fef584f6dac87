package import Rewards

/// A refusal of this room, with a stable reason for machines and words for people.
///
/// **Guarantees** It holds neither a key nor any part of one.
package struct AccessError: UseCaseError, Hashable {
    /// What was refused, stable between releases.
    package enum Reason: String, Sendable, CaseIterable {
        /// No key, a malformed key, or an unknown or revoked key.
        case unauthenticated = "UNAUTHENTICATED"
        /// The key is good and its role does not reach this far.
        case permissionDenied = "PERMISSION_DENIED"
        /// A field breaks its rule; `field` names it.
        case invalidArgument = "INVALID_ARGUMENT"
        /// A client of that id exists already.
        case clientExists = "CLIENT_EXISTS"
        /// No client has that id.
        case unknownClient = "UNKNOWN_CLIENT"
        /// A page token this service did not hand out.
        case badPageToken = "BAD_PAGE_TOKEN"
    }

    /// What was refused.
    package let reason: Reason
    /// What to do about it, for people.
    package let message: String
    /// The field that is wrong, when it is one.
    package let field: String?

    /// The reason's text.
    package var reasonText: String { reason.rawValue }

    /// What kind of refusal it is.
    package var kind: FaultKind { reason.kind }

    /// What became of the request: this room refuses before it changes anything (I-12).
    package var outcome: EffectOutcome { .notApplied }

    /// A door's refusal of a request that shows no key, or shows it in a wrong form.
    package init(unauthenticated message: String) { self.init(.unauthenticated, message) }

    init(_ reason: Reason, _ message: String, field: String? = nil) {
        self.reason = reason
        self.message = message
        self.field = field
    }
}

extension AccessError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .unauthenticated: .unauthenticated
        case .permissionDenied: .permissionDenied
        case .invalidArgument, .badPageToken: .invalidArgument
        case .clientExists: .alreadyExists
        case .unknownClient: .notFound
        }
    }
}

extension AccessError: CustomStringConvertible {
    /// The reason and the words.
    package var description: String { "\(reason.rawValue): \(message)" }
}
