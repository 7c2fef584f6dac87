/// What a predefined member id does to a call (contract section 6.1).
package enum SandboxEffect: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing special.
    case none
    /// The member does not exist: `isValid: false`, or a refusal.
    case invalidMember
    /// 401 whatever the token.
    case unauthorized
    /// As if a required field were absent.
    case missingFields
    /// The value limit is exceeded.
    case valueLimit
    /// The points limit is exceeded.
    case pointsLimit
    /// The program is unknown.
    case invalidProgram
    /// There is no partnership.
    case noPartnership
    /// 500, nothing recorded.
    case serverError
    /// A slow but ordinary answer.
    case slow
    /// Recorded, then no answer.
    case timeoutCommitted
    /// Not recorded, no answer.
    case timeoutLost

    /// The refusal that this effect is; nil for the others.
    var refusal: SandboxRefusal.Cause? {
        switch self {
        case .invalidMember: .invalidMember
        case .unauthorized: .unauthorized
        case .missingFields: .missingFields
        case .valueLimit: .valueLimit
        case .pointsLimit: .pointsLimit
        case .invalidProgram: .invalidProgram
        case .noPartnership: .noPartnership
        case .serverError: .serverError
        case .none, .slow, .timeoutCommitted, .timeoutLost: nil
        }
    }
}
