import Cosmo
import Foundation

/// An account as the database keeps it: a JSON object of Cosmo's field names, members in order.
enum AccountJSON {
    static func encode(_ account: CosmoAccount) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A dictionary of strings has no value that JSON cannot say.
        guard let data = try? encoder.encode(account.fields) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    static func decode(_ json: String) throws -> CosmoAccount {
        CosmoAccount(fields: try JSONDecoder().decode([String: String].self, from: Data(json.utf8)))
    }
}
