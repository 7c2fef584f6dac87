import PostgreSQL
import Rewards

/// A spend whose fields are sound, with the hash that distinguishes an equal request from another.
struct ValidatedSpend: Sendable, Hashable {
    let input: SpendInput
    /// The authorisation that it clears.
    let authorizationID: String?
    /// SHA-256 over every field as it was sent, see `SpendRequest.contentHash()`.
    let hash: [UInt8]
    /// What it is bound to, when it was previewed.
    let preview: PreviewToken?
}
