import Rewards

/// The rules the contract sets for fields, each with its field in the refusal.
enum WalletRule {
    /// The largest amount, price, balance or total: what every JSON reader can hold exactly (contract U21).
    static let pointsMax: Int64 = 9_007_199_254_740_991

    static func externalUserID(_ text: String, field: WalletField = .externalUserID) throws(WalletError) -> String {
        guard text.unicodeScalars.count <= 255, IdentifierRule.check(text, bytesMax: 1020) else {
            throw WalletError(
                .validation, "\(field) must be 1 to 255 characters without control characters", field: field)
        }
        return text
    }

    static func amount(_ amount: Int64) throws(WalletError) {
        guard (1...pointsMax).contains(amount) else {
            throw WalletError(.validation, "\(.amount) must be a whole number from 1 to \(pointsMax)", field: .amount)
        }
    }

    static func price(_ price: Int64?) throws(WalletError) {
        guard let price else { return }
        guard (0...pointsMax).contains(price) else {
            throw WalletError(
                .validation, "\(.pointsPrice) must be null or from 0 to \(pointsMax)", field: .pointsPrice)
        }
    }

    /// Free text that is stored: bounded, and without U+0000, which PostgreSQL cannot hold.
    static func text(_ text: String?, field: WalletField, charactersMax: Int, isEmptyAllowed: Bool = true)
        throws(WalletError)
    {
        guard let text else { return }
        let count = text.unicodeScalars.count
        guard count <= charactersMax, isEmptyAllowed || count > 0, !text.utf8.contains(0) else {
            let least = isEmptyAllowed ? 0 : 1
            throw WalletError(
                .validation, "\(field) must be \(least) to \(charactersMax) characters without U+0000", field: field)
        }
    }

    static func attributes(_ value: JSONObject?) throws(WalletError) {
        guard let value else { return }
        let text = JSONValue.object(value).canonicalText
        guard text.utf8.count <= 16_384, !text.contains("\\u0000"), holdsPlainNumbers(.object(value)) else {
            throw WalletError(
                .validation,
                "\(.attributes) must be an object of at most 16384 bytes without U+0000 and numbers beyond 1e308",
                field: .attributes)
        }
    }

    /// Whether every number stays within what any reader of JSON can hold; PostgreSQL writes exponents out.
    private static func holdsPlainNumbers(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .string: return true
        case .number(let text):
            guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return true }
            return Int(text[text.index(after: mark)...]).map { (-308...308).contains($0) } ?? false
        case .array(let elements): return elements.allSatisfy(holdsPlainNumbers)
        case .object(let object): return object.members.allSatisfy { holdsPlainNumbers($0.value) }
        }
    }
}
