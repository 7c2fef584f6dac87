package import Issuance
import PostgreSQL
import Preferences
import Rewards
package import Wallet

extension RoomWiring {
    /// What is earned with programs that pay into the wallet: the member is the card's user.
    package static func walletPayout(_ context: WalletContext, environment: WalletEnvironment) -> WalletPayout {
        let postings = WalletPostings(context, environment: environment)
        return WalletPayout(environment: environment.rawValue) { connection, orders, now in
            let users = try await FindCardUsers()(orders.map(\.cardID), on: connection)
            let known = zip(orders, users).compactMap { order, user in
                user.map { (externalUserID: $0, movement: order.movement) }
            }
            var outcomes = try await postings.post(known, now: now, on: connection)[...]
            return users.map { $0 == nil ? .refused(.cardUnknown) : outcomes.popFirst() ?? .refused(.cardUnknown) }
        }
    }
}
