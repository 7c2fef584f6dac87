/// Which identifiers a program needs in an account, the answer of `GET /programs/{id}/fields` (contract section 4.3).
package struct CosmoProgramFields: Sendable, Hashable {
    /// One identifier the program knows.
    package struct Field: Sendable, Hashable {
        /// Cosmo's name for it, for example `destinationUserId`.
        package let name: String
        /// Whether an account without it is refused.
        package let isRequired: Bool

        /// Makes a field.
        package init(name: String, isRequired: Bool) {
            self.name = name
            self.isRequired = isRequired
        }
    }

    /// The fields in the order of their names.
    package let fields: [Field]

    /// Makes the answer from fields in any order.
    package init(fields: [Field]) {
        self.fields = fields.sorted { $0.name < $1.name }
    }

    /// The names of required fields, ordered.
    package var requiredNames: [String] { fields.filter(\.isRequired).map(\.name) }

    /// The required fields an account does not fill in; empty when the account is complete.
    package func missing(in account: CosmoAccount) -> [String] {
        requiredNames.filter { account.fields[$0] == nil }
    }
}

extension CosmoProgramFields {
    /// Reads the four shapes the contract allows for: an object of booleans, an object of objects with `required`, an
    /// array of names (all required), an array of objects with a name and `required`.
    ///
    /// **Errors**: nil for any other shape, because "nothing required" would be a guess that loses points.
    init?(_ json: JSONTree) {
        var fields: [Field] = []
        switch json {
        case .object(let members):
            for (name, value) in members {
                guard let required = value.bool ?? value["required"]?.bool else { return nil }
                fields.append(Field(name: name, isRequired: required))
            }
        case .array(let elements):
            for element in elements {
                if let name = element.string {
                    fields.append(Field(name: name, isRequired: true))
                } else if let name = (element["name"] ?? element["field"] ?? element["key"])?.string,
                    let required = element["required"]?.bool
                {
                    fields.append(Field(name: name, isRequired: required))
                } else {
                    return nil
                }
            }
        default:
            return nil
        }
        guard fields.allSatisfy({ !$0.name.isEmpty }) else { return nil }
        self.init(fields: fields)
    }
}
