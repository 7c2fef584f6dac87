package import PostgreSQL

/// Something points can be redeemed for (contract section 8.3).
package struct WalletOffer: Sendable, Hashable {
    /// The offer's id.
    package let id: String
    let sequence: Int64
    /// What it says.
    package let details: Details
    /// What it costs, in points; nil asks for none, which is not 0.
    package let pointsPrice: Int64?
    /// From when on it cannot be redeemed; nil is never.
    package let expiresAt: PostgresTimestamp?

    /// An offer's texts.
    package struct Details: Sendable, Hashable {
        /// The heading.
        package var title: String
        /// The long text.
        package var description: String
        /// The short text.
        package var shortDescription: String
        /// An open word of the customer's.
        package var kind: String
        /// An open word of the customer's.
        package var type: String

        /// Makes the texts.
        package init(
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
    package func isAvailable(at now: PostgresTimestamp) -> Bool { expiresAt.map { now < $0 } ?? true }
}
