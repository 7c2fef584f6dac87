import Cryptography

/// One page of a listing, newest first.
package struct WalletPage<Item: Sendable>: Sendable {
    /// The page's rows.
    package let items: [Item]
    /// What to send for the next page; nil at the end.
    package let nextCursor: String?
}
