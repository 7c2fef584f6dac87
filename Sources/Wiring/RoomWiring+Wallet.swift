import Cosmo
package import Issuance
import PostgreSQL
import Preferences
package import Wallet

extension RoomWiring {
    /// What is earned with programs that pay into the wallet: the member is the card's user.
    package static func walletPayout(_ context: WalletContext, environment: WalletEnvironment) -> WalletPayout {
        let postings = WalletPostings(context, environment: environment)
        return WalletPayout(environment: environment.rawValue) { connection, orders, now in
            let users = try await FindCardUsers()(orders.map(\.cardID), on: connection)
            let known = zip(orders, users).compactMap { order, user in
                user.map { WalletPostings.Order(externalUserID: $0, movement: .init(order.movement)) }
            }
            var posted = try await postings.post(known, now: now, on: connection)[...]
            return users.map { user in
                guard let user, let outcome = posted.popFirst() else { return .refused(.cardUnknown) }
                return WalletPayout.Outcome(outcome, member: user, environment: environment)
            }
        }
    }
}

extension WalletPostings.Movement {
    fileprivate init(_ movement: WalletPayout.Movement) {
        switch movement {
        case .pay(let payments):
            self = .credit(
                payments.map { WalletPostings.Credit(points: $0.points, issueReference: $0.referenceNumber) })
        case .takeBack(let pointsMax):
            self = .takeBack(pointsMax: pointsMax)
        }
    }
}

extension WalletPayout.Outcome {
    fileprivate init(_ outcome: WalletPostings.Outcome, member: String, environment: WalletEnvironment) {
        switch outcome {
        case .credited:
            let fields = [WalletPayout.memberField: member, WalletPayout.environmentField: environment.rawValue]
            self = .paid(account: CosmoAccount(fields: fields))
        case .takenBack(let points, let transactionID):
            self = .takenBack(points: points, transactionID: transactionID)
        case .nothingThere:
            self = .nothingThere
        case .refused(.memberArchived):
            self = .refused(.memberArchived)
        case .refused(.poolTooLow):
            self = .refused(.poolTooLow)
        case .refused(.outOfRange):
            self = .refused(.walletFull)
        }
    }
}
