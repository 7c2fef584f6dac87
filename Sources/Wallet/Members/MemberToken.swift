import Cryptography
import PostgreSQL
import Rewards

/// A member token: self-contained, signed with HMAC-SHA256, and never stored as a table of its own.
///
/// `wmt1.` + base64url of `{"e":environment,"m":member,"x":expiry in milliseconds}` + `.` + base64url of the code over
/// all before the last dot.
enum MemberToken {
    static let opening = "wmt1."

    static func sign(
        member id: String, _ environment: WalletEnvironment, expiresAt: PostgresTimestamp, secret: WalletTokenSecret
    ) -> String {
        let claims = JSONValue.members([
            ("e", .string(environment.rawValue)), ("m", .string(id)),
            ("x", .integer(expiresAt.microsecondsSinceEpoch / 1000)),
        ])
        let signed = opening + Base64URL.encode(claims.canonicalBytes)
        return signed + "." + Base64URL.encode(code(signed, secret))
    }

    /// Who a token speaks for; nil when it was not signed by one of the secrets, or has expired.
    static func verify(_ text: String, secrets: [WalletTokenSecret], now: PostgresTimestamp) -> WalletCaller? {
        guard text.utf8.count <= 4096, text.hasPrefix(opening), let dot = text.lastIndex(of: "."),
            let sent = Base64URL.decode(String(text[text.index(after: dot)...]))
        else { return nil }
        let signed = String(text[..<dot])
        guard secrets.contains(where: { constantTimeEquals(sent, code(signed, $0)) }),
            let payload = Base64URL.decode(String(signed.dropFirst(opening.count))),
            let claims = try? JSONValue(parsing: payload), let id = claims["m"]?.string,
            let environment = claims["e"]?.string.flatMap(WalletEnvironment.init(rawValue:)),
            let expiry = claims["x"]?.int64, now.microsecondsSinceEpoch / 1000 < expiry
        else { return nil }
        return WalletCaller(environment: environment, actor: .member(externalUserID: id))
    }

    private static func code(_ signed: String, _ secret: WalletTokenSecret) -> [UInt8] {
        HMACSHA256.authenticationCode(for: Array(signed.utf8), key: secret.bytes)
    }
}
