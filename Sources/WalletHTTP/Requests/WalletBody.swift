import Rewards
import Wallet

/// The JSON object of a request; names that a call does not know are passed over, and `null` is as if left out.
struct WalletBody: Sendable {
    private let object: JSONObject

    /// Reads a body.
    ///
    /// **Errors** `BAD_REQUEST` for what is no JSON document, `VALIDATION` for one that is no object (contract U23).
    init(_ bytes: [UInt8], bytesMax: Int) throws(WalletRefusal) {
        let json: JSONValue
        do throws(JSONParseError) {
            json = try JSONValue(parsing: bytes, bytesMax: bytesMax)
        } catch {
            throw WalletRefusal(.badRequest, "the body is not a JSON document: \(error)")
        }
        guard let object = json.object else {
            throw WalletRefusal(validation: "the body must be a JSON object")
        }
        self.object = object
    }

    /// **Errors** `VALIDATION` when it is missing or no string.
    func requiredText(_ name: String) throws(WalletRefusal) -> String {
        guard let text = try text(name) else {
            throw WalletRefusal(validation: "\(name) is required")
        }
        return text
    }

    /// **Errors** `VALIDATION` when it is no string.
    func text(_ name: String) throws(WalletRefusal) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            throw WalletRefusal(validation: "\(name) must be a string")
        }
        return text
    }

    /// **Errors** `VALIDATION` when it is missing, no number, or not whole.
    func requiredInteger(_ name: String) throws(WalletRefusal) -> Int64 {
        guard let value = value(name) else {
            throw WalletRefusal(validation: "\(name) is required")
        }
        guard let number = value.int64 else {
            throw WalletRefusal(validation: "\(name) must be a whole number")
        }
        return number
    }

    /// **Errors** `VALIDATION` when it is no whole number.
    func integer(_ name: String) throws(WalletRefusal) -> Int64? {
        try value(name) == nil ? nil : requiredInteger(name)
    }

    /// **Errors** `VALIDATION` when it is no object.
    func object(_ name: String) throws(WalletRefusal) -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else {
            throw WalletRefusal(validation: "\(name) must be an object")
        }
        return object
    }

    /// **Errors** `VALIDATION` when it is missing or no array of strings.
    func requiredTexts(_ name: String) throws(WalletRefusal) -> [String] {
        guard let values = value(name)?.array else {
            throw WalletRefusal(validation: "\(name) must be an array of strings")
        }
        var texts: [String] = []
        for value in values {
            guard let text = value.string else {
                throw WalletRefusal(validation: "\(name) must be an array of strings")
            }
            texts.append(text)
        }
        return texts
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }
}
