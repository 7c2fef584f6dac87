/// What a refusal may name, by its meaning; each door spells it as its own clients know it.
package enum WalletField: Sendable, Hashable, CaseIterable {
    /// The customer's id of a member.
    case externalUserID
    /// How many points.
    case amount
    /// Why points are credited.
    case reason
    /// A member's name to show.
    case displayName
    /// A member's address.
    case email
    /// A member's tier.
    case tier
    /// What else is kept of a member.
    case attributes
    /// After how many seconds a hold expires.
    case lifetime
    /// The offer to redeem.
    case offer
    /// The id of an offer that is made.
    case offerID
    /// An offer's heading.
    case title
    /// An offer's long text.
    case description
    /// An offer's short text.
    case shortDescription
    /// An offer's kind.
    case kind
    /// An offer's type.
    case type
    /// What an offer costs.
    case pointsPrice
    /// The caller's idempotency key.
    case idempotencyKey
    /// How many rows a page has.
    case pageSize
    /// Which page of a listing is asked for.
    case pageToken
    /// What a page says of the next one.
    case nextPageToken
    /// The beginning of a time series.
    case from
    /// The end of a time series.
    case to
    /// Where events go.
    case url
    /// Which events an endpoint receives.
    case events
    /// What operators call a key.
    case label
    /// How long a key works beside the one that replaces it.
    case overlap
    /// The purchase that a top-up of the pool is for.
    case reference
    /// Below what balance the pool is low.
    case lowWaterMark
    /// What shows who calls.
    case credential
}
