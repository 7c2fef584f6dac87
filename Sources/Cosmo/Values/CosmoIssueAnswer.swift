public import Foundation

/// What Cosmo answers to an issue request: accepted, not yet settled (contract section 5.2, Outcome).
public struct CosmoIssueAnswer: Sendable, Hashable {
    /// Cosmo's transaction id.
    public var id: String
    /// The points issued, by Cosmo's own arithmetic, which always wins over ours.
    public var totalPoints: Decimal
    /// The reference number Cosmo says it belongs to, when it says so.
    public var referenceNumber: String?
    /// When, in Cosmo's words.
    public var date: String?

    /// Makes an answer.
    public init(id: String, totalPoints: Decimal, referenceNumber: String? = nil, date: String? = nil) {
        self.id = id
        self.totalPoints = totalPoints
        self.referenceNumber = referenceNumber
        self.date = date
    }

    /// The points in millionths; nil when they have more than six decimals or do not fit.
    public var totalMicroPoints: Int64? { DecimalText.scaled(totalPoints, by: 6) }
}
