import Cryptography

/// One page of a listing, newest first.
public struct WalletPage<Item: Sendable>: Sendable {
    /// The page's rows.
    public let items: [Item]
    /// What to send for the next page; nil at the end.
    public let nextCursor: String?
}
