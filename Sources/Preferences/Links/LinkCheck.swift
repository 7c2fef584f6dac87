import Cosmo

/// The result of checking a link's account.
enum LinkCheck: Sendable, Hashable {
    /// Cosmo knows the account.
    case valid
    /// The account cannot be issued to; why.
    case invalid(reason: String)
    /// The check could not be made; why. Tried again later.
    case unchecked(reason: String)

    /// The first word of the reason when a field is missing; the field's name follows it.
    static let missingFieldReason = PreferencesError.Reason.missingAccountField.rawValue

    /// What can be said without asking Cosmo; nil when Cosmo must be asked.
    init?(account: CosmoAccount, requiredFields: [String]?) {
        guard let requiredFields else {
            self = .unchecked(reason: "UNKNOWN_PROGRAM")
            return
        }
        if let missing = requiredFields.sorted().first(where: { account.fields[$0] == nil }) {
            self = .invalid(reason: "\(Self.missingFieldReason) \(missing)")
            return
        }
        if account.isEmpty {
            self = .invalid(reason: Self.missingFieldReason)
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

    /// The name of the required field that the account lacks; empty when it has no field at all, nil when none lacks.
    var missingField: String? {
        guard case .invalid(let reason) = self, reason.hasPrefix(Self.missingFieldReason) else { return nil }
        return String(reason.dropFirst(Self.missingFieldReason.count + 1))
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
