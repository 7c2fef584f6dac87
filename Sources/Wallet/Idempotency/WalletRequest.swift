import Cryptography
import Rewards

/// What a write was asked for, as requests under one idempotency key are compared (contract U9): the use case and its
/// arguments after defaults.
///
/// **Guarantees** The digest is of the meaning. A member left out, a `null`, another order of members, unknown members
/// and the door the request came through make no difference.
struct WalletRequest: Sendable {
    let digest: [UInt8]

    /// - Parameters:
    ///   - useCase: the use case's name; no two share one.
    ///   - arguments: literal, distinct names; nil for an argument that was left out.
    init(_ useCase: String, _ arguments: [(String, JSONValue?)]) {
        let given = arguments.filter { $0.1 != nil && $0.1 != .null }
        var hash = SHA256()
        hash.update(Array("\(useCase)\n".utf8))
        hash.update(JSONValue.members(given).canonicalBytes)
        digest = hash.finalize()
    }
}
