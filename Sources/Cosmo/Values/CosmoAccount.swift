import Foundation

/// A member's account in a destination program: named identifiers, of which Cosmo's guide knows two.
///
/// The set of names is open (contract section 4.3), so the fields are kept by name.
///
/// **Guarantees**: printing an account shows masked values only.
package struct CosmoAccount: Sendable, Hashable, Codable {
    /// The identifiers by Cosmo's field name; no value is empty.
    package let fields: [String: String]

    /// Makes an account from field names and values; empty values are dropped.
    package init(fields: [String: String]) {
        self.fields = fields.filter { !$0.value.isEmpty }
    }

    /// Makes an account from the two identifiers the guide names.
    package init(userID: String? = nil, email: String? = nil) {
        var fields: [String: String] = [:]
        fields[Self.userIDField] = userID
        fields[Self.emailField] = email
        self.init(fields: fields)
    }

    /// The field name of a member number.
    package static let userIDField = "destinationUserId"
    /// The field name of a member's e-mail address.
    package static let emailField = "destinationUserEmail"

    /// The member number, when the account has one.
    package var userID: String? { fields[Self.userIDField] }
    /// The member's e-mail address, when the account has one.
    package var email: String? { fields[Self.emailField] }
    /// Whether the account has no identifier.
    package var isEmpty: Bool { fields.isEmpty }

    /// Whether every identifier that both accounts name is the same, and they share at least one.
    ///
    /// Cosmo may echo fewer identifiers than were sent, so a comparison for equality would be too strict; an account
    /// that shares no identifier proves nothing and does not agree. E-mail addresses compare without case.
    package func agrees(with other: CosmoAccount) -> Bool {
        let shared = Set(fields.keys).intersection(other.fields.keys)
        return !shared.isEmpty
            && shared.allSatisfy { name in
                name == Self.emailField
                    ? fields[name]?.lowercased() == other.fields[name]?.lowercased()
                    : fields[name] == other.fields[name]
            }
    }
}

extension CosmoAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The identifiers, masked and in the order of their names.
    package var description: String {
        let masked = fields.sorted { $0.key < $1.key }.map { "\($0.key): \(Redaction.mask($0.value))" }
        return "{\(masked.joined(separator: ", "))}"
    }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror of masked values, so that `dump` shows no identifier.
    package var customMirror: Mirror { Mirror(self, children: ["fields": description]) }
}

extension CosmoAccount {
    /// Reads an object of identifiers; nil when it is absent or names nobody.
    init?(_ json: JSONTree?) {
        guard case .object(let members)? = json else { return nil }
        self.init(fields: members.compactMapValues(\.identifier))
        if isEmpty { return nil }
    }
}

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
