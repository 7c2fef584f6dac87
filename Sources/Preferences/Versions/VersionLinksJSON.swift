import Cosmo
import Foundation

/// The links of a version as `preference_versions.links` keeps them: a JSON array in the order of programs.
enum VersionLinksJSON {
    private struct Element: Codable {
        let account: [String: String]
        let parts: Int
        let programID: String

        enum CodingKeys: String, CodingKey {
            case account, parts
            case programID = "program_id"
        }
    }

    static func encode(_ links: [PreferenceState.Link]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let elements = links.map { Element(account: $0.account.fields, parts: $0.parts, programID: $0.programID) }
        return String(decoding: try encoder.encode(elements), as: UTF8.self)
    }

    static func decode(_ json: String) throws -> [PreferencesSnapshot.Link] {
        try JSONDecoder().decode([Element].self, from: Data(json.utf8)).map {
            PreferencesSnapshot.Link(
                programID: $0.programID, account: CosmoAccount(fields: $0.account), parts: $0.parts)
        }
    }
}
