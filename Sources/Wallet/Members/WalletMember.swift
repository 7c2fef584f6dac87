public import PostgreSQL
public import Rewards

/// A member's profile (contract section 8.6).
public struct WalletMember: Sendable, Hashable {
    /// The customer's stable id of the member.
    public let externalUserID: String
    /// The name to show.
    public let displayName: String?
    /// The tier, free text; `standard` until one is set.
    public let tier: String
    /// What else the customer keeps on the member.
    public let attributes: JSONObject?

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

/// What to change of a member; what is nil keeps what is stored (contract U17).
public struct WalletMemberChange: Sendable, Hashable {
    /// The name to show.
    public var displayName: String?
    /// The address; stored, never returned.
    public var email: String?
    /// The tier.
    public var tier: String?
    /// What else to keep, replaced as a whole.
    public var attributes: JSONObject?

    /// Makes a change.
    public init(
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

/// A member with wallet and counts of redemptions by status.
public struct WalletMemberSummary: Sendable, Hashable {
    /// The profile.
    public let member: WalletMember
    /// The wallet.
    public let wallet: MemberWallet
    /// How many redemptions are in each status; a status without one may be left out.
    public let redemptionCounts: [RedemptionStatus: Int64]
    /// When the member was removed; nil while active.
    public let archivedAt: PostgresTimestamp?
}

/// What removing a member answers.
public struct WalletRemoval: Sendable, Hashable {
    /// The member.
    public let externalUserID: String
    /// Always true: members are archived, not erased.
    public let isArchived: Bool
    /// Whether the balance was kept for a member who comes back.
    public let isBalanceRetained: Bool

    init(externalUserID: String, isArchived: Bool, isBalanceRetained: Bool) {
        self.externalUserID = externalUserID
        self.isArchived = isArchived
        self.isBalanceRetained = isBalanceRetained
    }
}
