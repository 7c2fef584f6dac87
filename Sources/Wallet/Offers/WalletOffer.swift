public import PostgreSQL

/// Something points can be redeemed for (contract section 8.3).
public struct WalletOffer: Sendable, Hashable {
    /// The offer's id.
    public let id: String
    let sequence: Int64
    /// What it says.
    public let details: Details
    /// What it costs, in points; nil asks for none, which is not 0.
    public let pointsPrice: Int64?
    /// From when on it cannot be redeemed; nil is never.
    public let expiresAt: PostgresTimestamp?

    /// An offer's texts.
    public struct Details: Sendable, Hashable {
        /// The heading.
        public var title: String
        /// The long text.
        public var description: String
        /// The short text.
        public var shortDescription: String
        /// An open word of the customer's.
        public var kind: String
        /// An open word of the customer's.
        public var type: String

        /// Makes the texts.
        public init(
            title: String, description: String = "", shortDescription: String = "", kind: String = "", type: String = ""
        ) {
            self.title = title
            self.description = description
            self.shortDescription = shortDescription
            self.kind = kind
            self.type = type
        }

        func check() throws(WalletError) {
            try WalletRule.text(title, field: .title, charactersMax: 255, isEmptyAllowed: false)
            try WalletRule.text(description, field: .description, charactersMax: 10_000)
            try WalletRule.text(shortDescription, field: .shortDescription, charactersMax: 500)
            try WalletRule.text(kind, field: .kind, charactersMax: 100)
            try WalletRule.text(type, field: .type, charactersMax: 100)
        }
    }

    init(id: String, sequence: Int64, details: Details, pointsPrice: Int64?, expiresAt: PostgresTimestamp?) {
        self.id = id
        self.sequence = sequence
        self.details = details
        self.pointsPrice = pointsPrice
        self.expiresAt = expiresAt
    }

    /// Whether it can be redeemed at a time.
    public func isAvailable(at now: PostgresTimestamp) -> Bool { expiresAt.map { now < $0 } ?? true }
}
