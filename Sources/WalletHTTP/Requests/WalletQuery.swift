import Foundation
import PostgreSQL
import Rewards
import Wallet

/// The query of a request; names that a call does not know are passed over.
struct WalletQuery: Sendable, Equatable {
    private let values: [String: [String]]

    /// Reads what follows the question mark of a target.
    ///
    /// **Errors** `BAD_REQUEST` for what is not percent-encoded UTF-8.
    init(target: String) throws(WalletRefusal) {
        var values: [String: [String]] = [:]
        let query = target.drop { $0 != "?" }.dropFirst()
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = texts[0], let value = texts.count > 1 ? texts[1] : "" else {
                throw WalletRefusal(.badRequest, "the query must be percent-encoded UTF-8")
            }
            values[name, default: []].append(value)
        }
        self.values = values
    }

    /// A parameter's text, or nil when it is left out.
    ///
    /// **Errors** `VALIDATION` when it is given more than once.
    func text(_ name: String) throws(WalletRefusal) -> String? {
        let given = values[name] ?? []
        guard given.count <= 1 else {
            throw WalletRefusal(validation: "\(name) must be given once")
        }
        return given.first
    }

    /// The page that is asked for.
    ///
    /// **Errors** `VALIDATION`.
    func page() throws -> WalletPageRequest {
        let limit = try text("limit").map { text throws(WalletRefusal) -> Int in
            // Nothing but digits: a sign or a blank would be read by one reader and not by another.
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let limit = Int(text) else {
                throw WalletRefusal(
                    validation: "limit must be a whole number from 1 to \(WalletPageRequest.limitMax)")
            }
            return limit
        }
        return try WalletPageRequest(limit: limit, cursor: try text("cursor"))
    }

    /// A parameter that is one of a closed list of words, or nil when it is left out.
    ///
    /// **Errors** `VALIDATION`.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, as type: Choice.Type = Choice.self
    ) throws(WalletRefusal) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw WalletRefusal(validation: "\(name) must be one of \(choices)")
        }
        return choice
    }

    /// A parameter that is `true` or `false`; false when it is left out.
    ///
    /// **Errors** `VALIDATION`.
    func flag(_ name: String) throws(WalletRefusal) -> Bool {
        switch try text(name) {
        case nil, "false": return false
        case "true": return true
        default: throw WalletRefusal(validation: "\(name) must be true or false")
        }
    }

    /// A time that must be given.
    ///
    /// **Errors** `VALIDATION`.
    func time(_ name: String) throws(WalletRefusal) -> PostgresTimestamp {
        let text = try text(name) ?? ""
        // A plus that was not percent-encoded has become a blank, which no time has.
        guard let time = InternetTime.parse(text.replacing(" ", with: "+")) else {
            let hint = Int64(text).flatMap(TimeRule.unit).map { "; \(text) looks like \($0) since 1970" } ?? ""
            throw WalletRefusal(
                validation: "\(name) must be a time such as 2026-03-01T00:00:00Z, in the years 0001 to 9999\(hint)")
        }
        return time
    }
}
