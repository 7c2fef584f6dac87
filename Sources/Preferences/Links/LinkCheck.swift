import Cosmo

/// The result of checking a link's account.
enum LinkCheck: Sendable, Hashable {
    /// Cosmo knows the account.
    case valid
    /// The account cannot be issued to; why.
    case invalid(reason: String)
    /// The check could not be made; why. Tried again later.
    case unchecked(reason: String)

    /// What can be said without asking Cosmo; nil when Cosmo must be asked.
    init?(account: CosmoAccount, requiredFields: [String]?) {
        guard let requiredFields else {
            self = .unchecked(reason: "UNKNOWN_PROGRAM")
            return
        }
        if let missing = requiredFields.sorted().first(where: { account.fields[$0] == nil }) {
            self = .invalid(reason: "MISSING_ACCOUNT_FIELD \(missing)")
            return
        }
        if account.isEmpty {
            self = .invalid(reason: "MISSING_ACCOUNT_FIELD")
            return
        }
        return nil
    }

    /// What Cosmo's answer says.
    init(isMember: Bool) {
        self = isMember ? .valid : .invalid(reason: "NOT_A_MEMBER")
    }

    /// What Cosmo's refusal says: a request found wrong is the account's fault, everything else may pass.
    init(_ error: CosmoError) {
        switch (error.kind, error.reason) {
        case (.refused, .invalidRequest), (.refused, .sandboxOnlyAccount), (.refused, .accountMissing):
            self = .invalid(reason: error.reason.rawValue)
        default:
            self = .unchecked(reason: error.reason.rawValue)
        }
    }

    var validity: LinkValidity {
        switch self {
        case .valid: .valid
        case .invalid: .invalid
        case .unchecked: .unchecked
        }
    }

    var reason: String? {
        switch self {
        case .valid: nil
        case .invalid(let reason), .unchecked(let reason): reason
        }
    }
}
