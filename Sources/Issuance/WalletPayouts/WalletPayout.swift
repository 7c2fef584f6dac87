import Cosmo
package import PostgreSQL
package import Rewards

/// Moves points between the issuer's own wallet and its members, for programs that pay into it; composition fills it
/// from the wallet's room.
///
/// **Guarantees** Everything happens in the transaction of the connection it is given: the ledger, the issuance and the
/// position change together or not at all, so there is nothing to send, to wait for or to find out afterwards (I-6).
package struct WalletPayout: Sendable {
    /// What is to be moved for one position; the member is the card's user.
    package typealias Order = (cardID: String, movement: PointsMovement)

    /// Moves what it can inside the transaction, and gives one outcome for each order, in their order.
    package typealias Move =
        @Sendable (PostgresConnection, [Order], PostgresTimestamp) async throws -> [PointsMovement.Outcome]

    /// Which of the wallet's two worlds is paid into, `SANDBOX` or `LIVE`.
    package let environment: String
    /// The field of an issuance's account that holds the member's id.
    static let memberField = "externalUserID"
    let move: Move

    /// Makes the port.
    package init(environment: String, move: @escaping Move) {
        self.environment = environment
        self.move = move
    }

    /// No wallet: payments stay pending, with a reason.
    package static let none = WalletPayout(environment: "LIVE") { _, orders, _ in
        orders.map { _ in .refused(.walletMissing) }
    }

    /// The account of a member, as an issuance that was paid keeps it.
    static func account(ofMember memberID: String) -> CosmoAccount {
        CosmoAccount(fields: [memberField: memberID])
    }
}

extension PointsMovement.Refusal {
    /// Why the position waits.
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
