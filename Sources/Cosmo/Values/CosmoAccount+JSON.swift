import Foundation

extension CosmoAccount {
    /// The account as databases keep it: a flat JSON object of Cosmo's field names, in their order.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A dictionary of strings has no value that JSON cannot say.
        guard let data = try? encoder.encode(fields) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads what `json` wrote.
    ///
    /// **Errors**: `DecodingError` when it is no flat object of texts.
    package init(json: String) throws {
        self.init(fields: try JSONDecoder().decode([String: String].self, from: Data(json.utf8)))
    }
}
