import PostgreSQL
import Rewards

/// The answer to a call that makes or reverses an authorisation.
package struct AuthorizationAnswer: Sendable, Hashable {
    /// The authorisation as it is now.
    package let authorization: SpendAuthorization
    /// Whether an earlier equal call had done it (I-5).
    package let replayed: Bool
}
