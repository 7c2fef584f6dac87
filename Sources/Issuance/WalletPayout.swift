public import Cosmo
public import PostgreSQL
import Rewards

/// Moves points between the house's own wallet and its members, for programs that pay into it; composition fills it from
/// the wallet's room.
///
/// **Guarantees** Everything happens in the transaction of the connection it is given: the ledger, the issue and the
/// position change together or not at all, so there is nothing to send, to wait for or to find out afterwards (I-6).
public struct WalletPayout: Sendable {
    /// What is to be moved for one position.
    public struct Order: Sendable, Hashable {
        /// The card, whose user is the member.
        public let cardID: String
        /// What is to be moved.
        public let movement: Movement

        /// Makes an order.
        public init(cardID: String, movement: Movement) {
            self.cardID = cardID
            self.movement = movement
        }
    }

    /// A movement of points.
    public enum Movement: Sendable, Hashable {
        /// Pay these issues, all or none.
        case pay([Payment])
        /// Take back up to so many points, as far as the balance goes.
        case takeBack(pointsMax: Int64)
    }

    /// One issue to be paid.
    public struct Payment: Sendable, Hashable {
        /// The reference number, which the ledger keeps.
        public let referenceNumber: String
        /// The points, above zero.
        public let points: Int64

        /// Makes a payment.
        public init(referenceNumber: String, points: Int64) {
            self.referenceNumber = referenceNumber
            self.points = points
        }
    }

    /// What became of an order.
    public enum Outcome: Sendable, Hashable {
        /// Every issue is paid, to this account.
        case paid(account: CosmoAccount)
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
        /// The member's lifetime total would pass what the wallet can hold.
        case walletFull
        /// The card is not registered.
        case cardUnknown
        /// This service has no wallet to pay into.
        case walletMissing

        var reason: String {
            switch self {
            case .memberArchived: IssuanceReason.walletMemberArchived
            case .poolTooLow: IssuanceReason.insufficientOrgPoints
            case .walletFull: IssuanceReason.walletFull
            case .cardUnknown: IssuanceReason.cardUnknown
            case .walletMissing: IssuanceReason.walletMissing
            }
        }
    }

    /// Moves what it can inside the transaction, and gives one outcome for each order, in their order.
    public typealias Move = @Sendable (PostgresConnection, [Order], PostgresTimestamp) async throws -> [Outcome]

    /// Which of the wallet's two worlds is paid into, `SANDBOX` or `LIVE`.
    public let environment: String
    /// The field of an issue's account that holds the environment.
    public static let environmentField = "environment"
    /// The field of an issue's account that holds the member's id.
    public static let memberField = "externalUserID"
    let move: Move

    /// Makes the port.
    public init(environment: String, move: @escaping Move) {
        self.environment = environment
        self.move = move
    }

    /// No wallet: whatever is to be paid stays pending, and says so.
    public static let none = WalletPayout(environment: "LIVE") { _, orders, _ in
        orders.map { _ in .refused(.walletMissing) }
    }
}
