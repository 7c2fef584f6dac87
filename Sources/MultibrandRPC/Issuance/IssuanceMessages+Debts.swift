import Issuance
import MultibrandAPI
import PostgreSQL
import Rewards
import SwiftProtobuf

extension Multibrand_V1_RewardUnit {
    /// The unit asked for, nil when none is named.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    func wanted() throws -> RewardUnit? {
        switch self {
        case .unspecified: nil
        case .points: .points
        case .value: .value
        case .UNRECOGNIZED: throw InvalidField("unit", "is not a unit this service knows")
        }
    }
}

extension Multibrand_V1_Debt {
    init(_ debt: Debt) {
        self.init()
        cardID = debt.key.cardID
        programID = debt.key.programID
        unit = Multibrand_V1_RewardUnit(debt.key.unit)
        debtMicro = debt.debtMicro
        oldestAt = .init(debt.oldestAt)
        upTo30DaysMicro = debt.ages.upTo30DaysMicro
        upTo60DaysMicro = debt.ages.upTo60DaysMicro
        upTo90DaysMicro = debt.ages.upTo90DaysMicro
        over90DaysMicro = debt.ages.over90DaysMicro
    }
}

extension Multibrand_V1_UnknownBalance {
    init(_ balance: UnknownBalance) {
        self.init()
        programID = balance.programID
        unit = Multibrand_V1_RewardUnit(balance.unit)
        unknownMicro = balance.unknownMicro
        issuanceCount = balance.issuanceCount
        if let time = balance.oldestSentAt { oldestSentAt = .init(time) }
    }
}

extension Multibrand_V1_Reconciliation {
    init(_ reconciliation: Reconciliation) {
        self.init()
        day = reconciliation.day
        startedAt = .init(reconciliation.startedAt)
        if let time = reconciliation.finishedAt { finishedAt = .init(time) }
        cosmoCount = reconciliation.cosmoCount
        matchedCount = reconciliation.matchedCount
        findingCount = reconciliation.findingCount
        failure = reconciliation.failure ?? ""
        findings = reconciliation.findings.map { finding in
            .with {
                $0.side = finding.side.rawValue
                $0.referenceNumber = finding.referenceNumber ?? ""
                $0.cosmoTransactionID = finding.cosmoTransactionID ?? ""
                $0.programID = finding.programID ?? ""
                $0.reason = finding.reason
                $0.detailJson = finding.detailJSON
            }
        }
    }
}
