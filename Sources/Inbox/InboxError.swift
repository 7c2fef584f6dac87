package import Rewards

/// A refused use case of this room.
///
/// **Guarantees**: `reason` is stable and machine-readable, `message` says what to do and holds no personal data, and
/// `outcome` says what has happened to the thing that was asked for (I-12).
package struct InboxError: Error, Sendable, Hashable {
    /// Why, for machines.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A field breaks the rule for its kind.
        case invalidArgument = "INVALID_ARGUMENT"
        /// No delivery bears this number.
        case unknownInboxEntry = "UNKNOWN_INBOX_ENTRY"
        /// The page token was not made by this listing.
        case badPageToken = "BAD_PAGE_TOKEN"
        /// Too many deliveries wait to be stored.
        case inboxFull = "INBOX_FULL"
        /// The service ends and takes nothing more.
        case shuttingDown = "SHUTTING_DOWN"
        /// A fault of ours.
        case internalFault = "INTERNAL"
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

extension InboxError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .invalidArgument, .badPageToken: .invalidArgument
        case .unknownInboxEntry: .notFound
        case .inboxFull, .shuttingDown: .unavailable
        case .internalFault: .internalFault
        }
    }
}

extension InboxError: CustomStringConvertible {
    /// The reason and what to do.
    package var description: String { "\(reason.rawValue): \(message)" }
}

extension InboxError {
    static let unknownEntry = InboxError(
        .unknownInboxEntry, "no delivery has this number; ListInbox shows those there are", field: "inbox_id")
}

extension InboxError: UseCaseError {
    /// The stable reason as text.
    package var reasonText: String { reason.rawValue }
}
