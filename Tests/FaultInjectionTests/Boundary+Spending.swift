import Rewards
import Spending

extension Boundary {
    /// The commits of spends and authorisations.
    static let spending: [Boundary] = [recordSpend, authorizeSpend, reverseAuthorization, retryParkedLegs]

    static let recordSpend = Boundary(
        name: "RecordSpend",
        call: { stage in _ = try await stage.recordSpend.record(stage.spendRequest) },
        isApplied: { try await $0.number("select count(*) from spends") > 0 },
        faults: expecting([
            ("spends", "select count(*) from spends", 1),
            ("legs' amounts", "select sum(amount_minor)::int8 from legs", 30_00),
            ("running totals", "select sum(total_minor)::int8 from running_totals", 30_00),
            ("earned", "select sum(earned_micro)::int8 from positions", 30_000_000),
        ]))

    private static let authorization = AuthorizationRequest(
        authorizationID: "authorization", cardID: "card", currencyCode: "USD", amountMinor: 10_00)

    static let authorizeSpend = Boundary(
        name: "AuthorizeSpend",
        call: { stage in
            _ = try await AuthorizeSpend(pool: stage.pool, configuration: FaultStage.spending)(authorization)
        },
        isApplied: { try await $0.number("select count(*) from authorizations") > 0 },
        faults: expecting([("authorisations", "select count(*) from authorizations where status = 'open'", 1)]))

    static let reverseAuthorization = Boundary(
        name: "ReverseAuthorization",
        prepare: { stage in _ = try await AuthorizeSpend(pool: stage.direct)(authorization) },
        call: { stage in
            _ = try await ReverseAuthorization(pool: stage.pool, configuration: FaultStage.spending)("authorization")
        },
        isApplied: { try await $0.number("select count(*) from authorizations where status = 'reversed'") > 0 },
        faults: expecting([("reversals", "select count(*) from authorizations where status = 'reversed'", 1)]))

    /// A leg that parked for want of a plugin earns once, however often it is settled.
    static let retryParkedLegs = Boundary(
        name: "RetryParkedLegs", goesOn: true,
        prepare: { try await $0.parkLegs() },
        call: { _ = try await $0.retryParkedLegs() },
        isApplied: { try await $0.number("select count(*) from legs where status = 'earned'") > 0 },
        faults: expecting([
            ("records of it", "select count(*) from operator_actions where action = 'RetryParkedLegs'", 1),
            ("settled legs", "select count(*) from legs where status = 'earned'", 1),
            ("earned", "select sum(earned_micro)::int8 from positions", 10_000_000),
        ]))
}
