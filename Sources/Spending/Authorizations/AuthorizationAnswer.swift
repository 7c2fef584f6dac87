public import PostgreSQL
public import Rewards

/// The answer to a call that makes or reverses an authorisation.
public struct AuthorizationAnswer: Sendable, Hashable {
    /// The authorisation as it is now.
    public let authorization: SpendAuthorization
    /// Whether an earlier equal call had done it (I-5).
    public let replayed: Bool
}
