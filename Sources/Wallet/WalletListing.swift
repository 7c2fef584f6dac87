import Cryptography

/// What a cursor is bound to: the listing, the environment, the member and the filter.
struct WalletListing: Sendable {
    let mark: [UInt8]

    init(_ name: String, _ environment: WalletEnvironment, _ parts: String...) {
        let text = ([name, environment.rawValue] + parts).map { "\($0.utf8.count):\($0)" }.joined()
        mark = Array(SHA256.digest(text.utf8).prefix(8))
    }
}
