import MultibrandAPI
import PostgreSQL
import Rewards
import Spending
import SwiftProtobuf

extension SpendRequest {
    /// **Errors** ``InvalidField`` for a time that is none.
    init(_ spend: Multibrand_V1_Spend) throws {
        var occurredAt: PostgresTimestamp?
        if spend.hasOccurredAt {
            guard let micros = spend.occurredAt.microsecondsSinceEpoch else {
                throw InvalidField("occurred_at", "is not a valid time")
            }
            occurredAt = PostgresTimestamp(microsecondsSinceEpoch: micros)
        }
        self.init(
            spendID: spend.spendID, cardID: spend.cardID, currencyCode: spend.amount.currencyCode,
            amountMinor: spend.amount.minorUnits, merchantCategoryCode: spend.merchantCategoryCode,
            merchantName: spend.merchantName, merchantCountry: spend.merchantCountry, occurredAt: occurredAt)
    }
}

extension Multibrand_V1_RecordSpendResponse {
    init(_ answer: SpendAnswer) {
        self.init()
        decision = Multibrand_V1_Decision(answer.recorded)
        preferenceVersion = answer.recorded.preferenceVersion
        replayed = answer.replayed
    }
}

extension Multibrand_V1_RecordedSpend {
    init(_ recorded: RecordedSpend) {
        self.init()
        spend = Multibrand_V1_Spend(recorded.spend)
        decision = Multibrand_V1_Decision(recorded)
        preferenceVersion = recorded.preferenceVersion
        recordedAt = Google_Protobuf_Timestamp(recorded.recordedAt)
    }
}

extension Multibrand_V1_Spend {
    init(_ input: SpendInput) {
        self.init()
        spendID = input.spendID
        cardID = input.cardID
        amount = Multibrand_V1_Money(input.amount.minorUnits, of: input.amount.currency)
        merchantCategoryCode = input.merchantCategoryCode
        merchantName = input.merchantName
        merchantCountry = input.merchantCountry
        occurredAt = Google_Protobuf_Timestamp(PostgresTimestamp(microsecondsSinceEpoch: input.occurredAtMicros))
    }
}

extension Multibrand_V1_Money {
    init(_ minorUnits: Int64, of currency: CurrencyCode) {
        self.init()
        currencyCode = currency.text
        self.minorUnits = minorUnits
    }
}

extension Multibrand_V1_Decision {
    init(_ recorded: RecordedSpend) {
        self.init()
        let decision = recorded.decision
        let currency = decision.input.amount.currency
        legs = recorded.legs.map { Multibrand_V1_Leg($0, currency: currency) }
        excludedMinor = decision.excludedMinor
        excludedReason = decision.excludedMinor > 0 ? decision.remainderRule?.rawValue ?? "" : ""
        heldMinor = decision.heldMinor
        weights = decision.certificate.weights.canonicalText
        runningTotalBefore = decision.certificate.totalBefore
    }
}

extension Multibrand_V1_Leg {
    init(_ leg: RecordedLeg, currency: CurrencyCode) {
        self.init()
        programID = leg.programID
        amount = Multibrand_V1_Money(leg.amountMinor, of: currency)
        microPoints = leg.earnedMicro
        unit = Multibrand_V1_RewardUnit(isPoints: leg.unit == .points)
        status =
            switch leg.status {
            case .earned: .earned
            case .parked: .parked
            }
        reason = leg.reason ?? ""
        shareMinor = leg.shareMinor
        configurationVersion = leg.configurationVersion
    }
}

extension Multibrand_V1_RewardUnit {
    init(isPoints: Bool) { self = isPoints ? .points : .value }
}
