/// One request to issue points (contract section 5.2).
package struct CosmoIssuanceRequest: Sendable, Hashable {
    /// The program, by Cosmo's id.
    package var programID: String
    /// Whole units of the configured `value` unit, or whole points when `currency` is `POINTS`; positive.
    package var value: Int64
    /// The organisation's currency (ISO 4217), or `POINTS`.
    package var currency: String
    /// The member who receives the points.
    package var account: CosmoAccount
    /// The caller's unique reference, 1 to 64 characters of `A-Z a-z 0-9 _ -`, stored before the first send (I-6).
    package var referenceNumber: String
    /// A short note for Cosmo's portal; must hold no personal data.
    package var description: String?

    /// Makes a request.
    package init(
        programID: String, value: Int64, currency: String, account: CosmoAccount, referenceNumber: String,
        description: String? = nil
    ) {
        self.programID = programID
        self.value = value
        self.currency = currency
        self.account = account
        self.referenceNumber = referenceNumber
        self.description = description
    }

    /// The `currency` of exact-points issuance.
    package static let pointsCurrency = "POINTS"

    /// Whether `value` counts points rather than money.
    package var isExactPoints: Bool { currency == Self.pointsCurrency }

    /// Whether a reference number has the form this client sends.
    package static func isReferenceNumber(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
