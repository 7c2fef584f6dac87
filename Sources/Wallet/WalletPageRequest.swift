import Cryptography

/// Which page of a listing is asked for.
package struct WalletPageRequest: Sendable, Hashable {
    /// The rows of a page when the caller names no number (contract U11).
    package static let limitUnnamed = 50
    /// The largest page.
    package static let limitMax = 100

    let limit: Int
    let cursor: String?

    /// Takes what the caller sent.
    ///
    /// **Errors** `VALIDATION` when `limit` is outside 1 to 100.
    package init(limit: Int? = nil, cursor: String? = nil) throws(WalletError) {
        let limit = limit ?? Self.limitUnnamed
        guard (1...Self.limitMax).contains(limit) else {
            throw WalletError(
                .validation, "\(.pageSize) must be a whole number from 1 to \(Self.limitMax)", field: .pageSize)
        }
        self.limit = limit
        self.cursor = cursor
    }

    /// Below which sequence the page begins; the largest number for the first page.
    ///
    /// **Errors** `VALIDATION` for a cursor that another listing, member or environment gave, or nobody.
    func before(in listing: WalletListing) throws(WalletError) -> Int64 {
        guard let cursor else { return .max }
        let bytes = Base64URL.decode(cursor) ?? []
        guard bytes.count == 16, constantTimeEquals(bytes[8...], listing.mark) else {
            throw WalletError(
                .validation, "\(.pageToken) must be the \(.nextPageToken) of the same listing's previous page",
                field: .pageToken)
        }
        return Int64(bitPattern: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Cuts rows, of which one more than the limit were read, to a page.
    func page<Item>(_ rows: [Item], in listing: WalletListing, sequence: (Item) -> Int64) -> WalletPage<Item> {
        let items = Array(rows.prefix(limit))
        guard rows.count > limit, let last = items.last else { return WalletPage(items: items, nextCursor: nil) }
        let place = UInt64(bitPattern: sequence(last))
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: place >> (56 - 8 * $0)) } + listing.mark
        return WalletPage(items: items, nextCursor: Base64URL.encode(bytes))
    }
}
