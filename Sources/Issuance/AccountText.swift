import Cosmo
import Foundation

/// An account as the database keeps it: a flat JSON object of Cosmo's field names.
enum AccountText {
    static func json(_ account: CosmoAccount) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A dictionary of strings always encodes; the empty object would be caught by every comparison.
        return (try? encoder.encode(account.fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func account(_ json: String) -> CosmoAccount {
        let fields = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        return CosmoAccount(fields: fields ?? [:])
    }
}
