import MultibrandAPI
import PostgreSQL
import Rewards
import Spending
import SwiftProtobuf

extension SpendRequest {
    /// **Errors** ``InvalidField`` for a time that is none.
    init(_ spend: Multibrand_V1_Spend) throws {
        self.init(
            spendID: spend.spendID, cardID: spend.cardID, currencyCode: spend.amount.currencyCode,
            amountMinor: spend.amount.minorUnits, merchantCategoryCode: spend.merchantCategoryCode,
            merchantName: spend.merchantName, merchantCountry: spend.merchantCountry,
            occurredAt: spend.hasOccurredAt ? try spend.occurredAt.instant("spend.occurred_at") : nil,
            authorizationID: spend.authorizationID)
    }
}

extension Multibrand_V1_RecordSpendResponse {
    init(_ answer: SpendAnswer) {
        self.init()
        decision = Multibrand_V1_Decision(answer.recorded.decision, answer.recorded.legs)
        preferenceVersion = answer.recorded.preferenceVersion
        replayed = answer.replayed
    }
}

extension Multibrand_V1_RecordedSpend {
    init(_ recorded: RecordedSpend) {
        self.init()
        spend = Multibrand_V1_Spend(recorded.spend)
        spend.authorizationID = recorded.authorizationID ?? ""
        decision = Multibrand_V1_Decision(recorded.decision, recorded.legs)
        preferenceVersion = recorded.preferenceVersion
        recordedAt = Google_Protobuf_Timestamp(recorded.recordedAt)
        attribution = Multibrand_V1_Attribution(recorded.attribution)
        refundedMinor = recorded.refundedMinor
        heldNowMinor = recorded.heldNowMinor
        if let release = recorded.release { self.release = Multibrand_V1_Release(release) }
    }
}

extension Multibrand_V1_Release {
    init(_ release: SpendRelease) {
        self.init()
        outcome = .init(release.outcome)
        cause = .init(release.cause)
        amountMinor = release.amountMinor
        if let decided = release.decision { decision = Multibrand_V1_Decision(decided, release.legs) }
        decision.excludedMinor = release.excludedMinor
        decision.excludedReason = release.excludedReason ?? ""
        preferenceVersion = release.preferenceVersion
        releasedAt = Google_Protobuf_Timestamp(release.recordedAt)
    }
}

extension Multibrand_V1_ReleaseOutcome {
    init(_ outcome: SpendRelease.Outcome) {
        self =
            switch outcome {
            case .released: .released
            case .expired: .expired
            }
    }
}

extension Multibrand_V1_ReleaseCause {
    init(_ cause: SpendRelease.Cause) {
        self =
            switch cause {
            case .link: .link
            case .operator: .operator
            case .lifetime: .lifetime
            }
    }
}

extension Multibrand_V1_PreviewSpendResponse {
    init(_ preview: SpendPreview) {
        self.init()
        decision = Multibrand_V1_Decision(preview.decision, preview.legs)
        preferenceVersion = preview.preferenceVersion
        attribution = Multibrand_V1_Attribution(preview.attribution)
        previewToken = preview.token
        expiresAt = Google_Protobuf_Timestamp(preview.expiresAt)
    }
}

extension Multibrand_V1_Attribution {
    init(_ attribution: Attribution) {
        self =
            switch attribution {
            case .authorization: .authorization
            case .clearing: .clearing
            case .latest: .latest
            }
    }
}

extension Multibrand_V1_Spend {
    init(_ input: SpendInput) {
        self.init()
        spendID = input.spendID
        cardID = input.cardID
        amount = Multibrand_V1_Money(input.purchase.amount.minorUnits, of: input.purchase.amount.currency)
        merchantCategoryCode = input.purchase.merchantCategoryCode
        merchantName = input.purchase.merchantName
        merchantCountry = input.purchase.merchantCountry
        occurredAt = Google_Protobuf_Timestamp(
            PostgresTimestamp(microsecondsSinceEpoch: input.purchase.occurredAtMicros))
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
    init(_ decision: Decision, _ legs: [RecordedLeg]) {
        self.init()
        let currency = decision.input.purchase.amount.currency
        self.legs = legs.map { Multibrand_V1_Leg($0, currency: currency) }
        excludedMinor = decision.excludedMinor
        excludedReason = decision.excludedRule?.rawValue ?? ""
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
        unit = Multibrand_V1_RewardUnit(leg.unit)
        status =
            switch leg.status {
            case .earned: .earned
            case .parked: .parked
            }
        reason = leg.reason ?? ""
        shareMinor = leg.shareMinor
        fixedMinor = leg.fixedMinor
        ownProgram = leg.isOwnProgram
        configurationVersion = leg.configurationVersion
    }
}

extension Multibrand_V1_RewardUnit {
    init(_ unit: RewardUnit) {
        switch unit {
        case .points: self = .points
        case .value: self = .value
        }
    }
}
