import Cryptography
import PostgreSQL
import Rewards

/// An authorisation whose fields are sound, with the hash that distinguishes an equal request from another.
struct ValidatedAuthorization: Sendable, Hashable {
    let authorizationID: String
    let cardID: String
    /// What was authorised, at the time of the authorisation.
    let purchase: Purchase
    let hash: [UInt8]
}
