import Issuance
import MultibrandAPI
import PostgreSQL
import Rewards
import SwiftProtobuf

extension Multibrand_V1_Position {
    /// - Parameter minimumMicro: What the pending amount waits for; nil when it does not wait for more to be earned.
    init(_ view: PositionView, minimumMicro: Int64?) {
        self.init()
        cardID = view.key.cardID
        programID = view.key.programID
        unit = Multibrand_V1_RewardUnit(view.key.unit)
        earnedMicro = view.position.earnedMicro
        clawedBackMicro = view.position.clawedBackMicro
        issuedMicro = view.position.issuedMicro
        inFlightMicro = view.position.inFlightMicro
        unknownMicro = view.position.unknownMicro
        pendingMicro = view.position.pendingMicro
        debtMicro = view.position.debtMicro
        writtenOffMicro = view.position.writtenOffMicro
        blockedReason = view.blockedReason ?? ""
        self.minimumMicro = minimumMicro ?? 0
    }
}

extension Multibrand_V1_TakenBack {
    init(_ takenBack: TakenBack) {
        self.init()
        micro = takenBack.micro
        walletTransactionID = takenBack.transactionID
        recordedAt = .init(takenBack.recordedAt)
    }
}

extension Multibrand_V1_Issuance {
    init(_ issuance: IssuanceRecord) {
        self.init()
        referenceNumber = issuance.referenceNumber
        cardID = issuance.cardID
        programID = issuance.programID
        unit = Multibrand_V1_RewardUnit(issuance.unit)
        quantityMicro = issuance.quantityMicro
        sentValue = issuance.sentValue
        sentCurrency = issuance.sentCurrency
        status = Multibrand_V1_IssuanceStatus(issuance.status)
        reason = issuance.reason ?? ""
        cosmoTransactionID = issuance.cosmoTransactionID ?? ""
        totalPoints = issuance.totalPoints ?? ""
        attempts = Int32(clamping: issuance.attempts)
        settledBy = issuance.settledBy?.rawValue ?? ""
        createdAt = .init(issuance.createdAt)
        if let time = issuance.lastSentAt { lastSentAt = .init(time) }
        if let time = issuance.settledAt { settledAt = .init(time) }
        if let time = issuance.dueAt { dueAt = .init(time) }
        if let time = issuance.resolvedAt { resolvedAt = .init(time) }
        if let time = issuance.adoptedAt { adoptedAt = .init(time) }
        waitsForPerson = issuance.waitsForPerson
    }
}

extension Multibrand_V1_IssuanceStatus {
    init(_ status: IssuanceStatus) {
        self =
            switch status {
            case .planned: .planned
            case .sending: .sending
            case .accepted: .accepted
            case .confirmed: .confirmed
            case .unknown: .unknown
            case .mismatched: .mismatched
            case .parked: .parked
            case .withdrawn: .withdrawn
            }
    }

    /// The status asked for, nil for all of them.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    func wanted() throws -> IssuanceStatus? {
        switch self {
        case .unspecified: nil
        case .planned: .planned
        case .sending: .sending
        case .accepted: .accepted
        case .confirmed: .confirmed
        case .unknown: .unknown
        case .mismatched: .mismatched
        case .parked: .parked
        case .withdrawn: .withdrawn
        case .UNRECOGNIZED: throw InvalidField("status", "is not a status this service knows")
        }
    }
}
