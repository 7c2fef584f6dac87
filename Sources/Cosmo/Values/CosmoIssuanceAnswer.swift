package import Foundation

/// What Cosmo answers to an issuance request: accepted, not yet settled (contract section 5.2, Outcome).
package struct CosmoIssuanceAnswer: Sendable, Hashable {
    /// Cosmo's transaction id.
    package var id: String
    /// The points issued, by Cosmo's own arithmetic, which always wins over ours.
    package var totalPoints: Decimal
    /// The reference number Cosmo says it belongs to, when it says so.
    package var referenceNumber: String?
    /// When, in Cosmo's words.
    package var date: String?

    /// Makes an answer.
    package init(id: String, totalPoints: Decimal, referenceNumber: String? = nil, date: String? = nil) {
        self.id = id
        self.totalPoints = totalPoints
        self.referenceNumber = referenceNumber
        self.date = date
    }

    /// The points in millionths; nil when they have more than six decimals or do not fit.
    package var totalMicroPoints: Int64? { DecimalText.scaled(totalPoints, by: 6) }
}
