import PostgreSQL
package import Rewards

/// A member's profile (contract section 8.6).
package struct WalletMember: Sendable, Hashable {
    /// The customer's stable id of the member.
    package let externalUserID: String
    /// The name to show.
    package let displayName: String?
    /// The tier, free text; `standard` until one is set.
    package let tier: String
    /// What else the customer keeps on the member.
    package let attributes: JSONObject?

    init(externalUserID: String, displayName: String?, tier: String, attributes: JSONObject?) {
        self.externalUserID = externalUserID
        self.displayName = displayName
        self.tier = tier
        self.attributes = attributes
    }

    /// The profile in JSON, as endpoints receive it.
    var fields: [(String, JSONValue?)] {
        [
            ("externalUserID", .string(externalUserID)), ("displayName", .text(displayName)), ("tier", .string(tier)),
            ("attributes", attributes.map(JSONValue.object)),
        ]
    }
}
