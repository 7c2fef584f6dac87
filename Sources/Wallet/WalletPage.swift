import Cryptography

/// One page of a listing, newest first.
public struct WalletPage<Item: Sendable>: Sendable {
    /// The page's rows.
    public let items: [Item]
    /// What to send for the next page; nil at the end.
    public let nextCursor: String?
}

/// Which page of a listing is asked for.
public struct WalletPageRequest: Sendable, Hashable {
    /// The rows of a page when the caller names no number (contract U11).
    public static let limitUnnamed = 50
    /// The largest page.
    public static let limitMax = 100

    let limit: Int
    let cursor: String?

    /// Takes what the caller sent.
    ///
    /// **Errors** `VALIDATION` when `limit` is outside 1 to 100.
    public init(limit: Int? = nil, cursor: String? = nil) throws(WalletError) {
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

/// What a cursor is bound to: the listing, the environment, the member and the filter.
struct WalletListing: Sendable {
    let mark: [UInt8]

    init(_ name: String, _ environment: WalletEnvironment, _ parts: String...) {
        let text = ([name, environment.rawValue] + parts).map { "\($0.utf8.count):\($0)" }.joined()
        mark = Array(SHA256.digest(text.utf8).prefix(8))
    }
}

/// Base64 in the alphabet for URLs, without padding (RFC 4648 section 5).
enum Base64URL {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(
            decoding: Base64.encode(bytes, padding: false).utf8.map { byte in
                byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
            }, as: UTF8.self)
    }

    /// Nil for anything but what ``encode(_:)`` writes.
    static func decode(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(where: { [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "=")].contains($0) })
        else { return nil }
        let standard = text.utf8.map { byte in
            byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        guard let bytes = Base64.decode(utf8: standard) ?? Base64.decode(utf8: standard + padding),
            encode(bytes) == text
        else { return nil }
        return bytes
    }
}
