import PostgreSQL
package import Rewards

/// What to change of a member; what is nil keeps what is stored (contract U17).
package struct WalletMemberChange: Sendable, Hashable {
    /// The name to show.
    package var displayName: String?
    /// The address; stored, never returned.
    package var email: String?
    /// The tier.
    package var tier: String?
    /// What else to keep, replaced as a whole.
    package var attributes: JSONObject?

    /// Makes a change.
    package init(
        displayName: String? = nil, email: String? = nil, tier: String? = nil, attributes: JSONObject? = nil
    ) {
        self.displayName = displayName
        self.email = email
        self.tier = tier
        self.attributes = attributes
    }

    /// What is set, for comparing requests.
    var arguments: [(String, JSONValue?)] {
        [
            ("displayName", displayName.map(JSONValue.string)), ("email", email.map(JSONValue.string)),
            ("tier", tier.map(JSONValue.string)), ("attributes", attributes.map(JSONValue.object)),
        ]
    }

    func check() throws(WalletError) {
        try WalletRule.text(displayName, field: .displayName, charactersMax: 255)
        try WalletRule.text(email, field: .email, charactersMax: 320)
        try WalletRule.text(tier, field: .tier, charactersMax: 100, isEmptyAllowed: false)
        try WalletRule.attributes(attributes)
    }
}
