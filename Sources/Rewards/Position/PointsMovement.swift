/// A movement of points between the issuer's own wallet and one of its members.
public enum PointsMovement: Sendable, Hashable {
    /// Pay these issuances, all or none.
    case pay([Payment])
    /// Take back up to so many points, as far as the balance goes.
    case takeBack(pointsMax: Int64)

    /// One issuance to be paid.
    public struct Payment: Sendable, Hashable {
        /// The issuance's reference number, which the ledger keeps.
        public let referenceNumber: String
        /// The points, above zero.
        public let points: Int64

        /// Makes a payment.
        public init(referenceNumber: String, points: Int64) {
            self.referenceNumber = referenceNumber
            self.points = points
        }
    }

    /// What became of a movement.
    public enum Outcome: Sendable, Hashable {
        /// Every issuance is paid, to this member.
        case paid(memberID: String)
        /// So many points were taken back, by this row of the ledger.
        case takenBack(points: Int64, transactionID: String)
        /// There was nothing to take.
        case nothingThere
        /// Nothing was moved.
        case refused(Refusal)
    }

    /// Why nothing was moved.
    public enum Refusal: Sendable, Hashable, CaseIterable {
        /// The member was removed from the wallet.
        case memberArchived
        /// The prepaid pool does not cover it.
        case poolTooLow
        /// A total of the member's would pass what the wallet can hold, or the member's id cannot be one.
        case walletFull
        /// The card is not registered.
        case cardUnknown
        /// This service has no wallet to pay into.
        case walletMissing
    }
}
