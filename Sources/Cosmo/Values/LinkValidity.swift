import Rewards

/// What the check of a link's account has shown.
package enum LinkValidity: String, Sendable, Hashable, CaseIterable {
    /// Not checked yet, or the check could not be made.
    case unchecked
    /// Cosmo knows the account as a member's.
    case valid
    /// A required field is missing, or Cosmo does not know the account: it earns and is not issued to.
    case invalid
}
