import MultibrandAPI
import PostgreSQL
import Rewards
import SwiftProtobuf
import Wallet

extension Multibrand_V1_WalletCurrency {
    init(_ currency: WalletCurrency) {
        self.init()
        name = currency.name
        symbol = currency.symbol
    }
}

extension Multibrand_V1_MemberWallet {
    init(_ wallet: MemberWallet) {
        self.init()
        balance = wallet.balance
        amountReceived = wallet.amountReceived
        amountSpent = wallet.amountSpent
        held = wallet.held
        available = wallet.available
        currency = .init(wallet.currency)
    }
}

extension Multibrand_V1_WalletMember {
    init(_ member: WalletMember, archivedAt removed: PostgresTimestamp? = nil) {
        self.init()
        externalUserID = member.externalUserID
        displayName = member.displayName ?? ""
        tier = member.tier
        attributesJson = member.attributes.map { JSONValue.object($0).canonicalText } ?? ""
        if let removed { archivedAt = .init(removed) }
    }
}

extension Multibrand_V1_WalletTransaction {
    init(_ row: WalletTransaction) {
        self.init()
        transactionID = row.id
        sequence = row.sequence
        type = row.type
        cause = row.cause.rawValue
        amount = row.amount
        balanceAfter = row.balanceAfter
        reason = row.reason ?? ""
        redemptionID = row.redemptionID ?? ""
        holdID = row.holdID ?? ""
        createdAt = .init(row.createdAt)
    }
}

extension Multibrand_V1_HoldStatus {
    init(_ status: HoldStatus) {
        self =
            switch status {
            case .held: .held
            case .captured: .captured
            case .released: .released
            case .expired: .expired
            }
    }

    /// The status asked for, nil when none is named.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    func wanted() throws(InvalidField) -> HoldStatus? {
        guard self != .unspecified else { return nil }
        guard let status = HoldStatus.allCases.first(where: { Self($0) == self }) else {
            throw InvalidField("status", "is not a status this service knows")
        }
        return status
    }
}

extension Multibrand_V1_Hold {
    init(_ hold: WalletHold) {
        self.init()
        holdID = hold.id
        externalUserID = hold.externalUserID
        amount = hold.amount
        captured = hold.captured
        status = .init(hold.status)
        reason = hold.reason ?? ""
        createdAt = .init(hold.createdAt)
        expiresAt = .init(hold.expiresAt)
        if let time = hold.endedAt { endedAt = .init(time) }
    }
}

extension Multibrand_V1_HoldResponse {
    init(_ answer: WalletAnswer<WalletHold>) {
        self.init()
        hold = .init(answer.value)
        replayed = answer.isReplayed
    }
}

extension Multibrand_V1_Offer {
    init(_ offer: WalletOffer) {
        self.init()
        offerID = offer.id
        details = .with {
            $0.title = offer.details.title
            $0.description_p = offer.details.description
            $0.shortDescription = offer.details.shortDescription
            $0.kind = offer.details.kind
            $0.type = offer.details.type
        }
        if let price = offer.pointsPrice { pointsPrice = price }
        if let time = offer.expiresAt { expiresAt = .init(time) }
    }
}

extension Multibrand_V1_RedemptionStatus {
    init(_ status: RedemptionStatus) {
        self =
            switch status {
            case .submitted: .submitted
            case .open: .open
            case .awaitingVendor: .awaitingVendor
            case .awaitingCustomer: .awaitingCustomer
            case .purchased: .purchased
            case .completed: .completed
            case .canceled: .canceled
            }
    }

    /// The status asked for, nil when none is named.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    func wanted() throws(InvalidField) -> RedemptionStatus? {
        guard self != .unspecified else { return nil }
        guard let status = RedemptionStatus.allCases.first(where: { Self($0) == self }) else {
            throw InvalidField("status", "is not a status this service knows")
        }
        return status
    }
}

extension Multibrand_V1_Redemption {
    init(_ redemption: WalletRedemption) {
        self.init()
        redemptionID = redemption.id
        offerID = redemption.offer
        status = .init(redemption.status)
        createdAt = .init(redemption.createdAt)
        if let time = redemption.startAt { startAt = .init(time) }
        if let time = redemption.endAt { endAt = .init(time) }
    }
}

extension Multibrand_V1_RedemptionResponse {
    init(_ answer: WalletAnswer<WalletRedemption>) {
        self.init()
        redemption = .init(answer.value)
        replayed = answer.isReplayed
    }
}
