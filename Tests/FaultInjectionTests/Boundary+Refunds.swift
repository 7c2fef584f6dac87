import PostgreSQL
import Rewards
import Spending

extension Boundary {
    /// The commits of refunds. The spend is of 30.00 and earns 10 and 20 points; a third of it is refunded.
    static let refunds: [Boundary] = [recordRefund, undoRefund, reattributeRefund, waitingRefund, linkedRefund]

    private static let request = RefundRequest(
        refundID: "refund", spendID: "spend", cardID: "card", currencyCode: "USD", amountMinor: 10_00)

    private static let spend: @Sendable (FaultStage) async throws -> Void = { stage in
        _ = try await stage.recordSpend.record(stage.spendRequest)
    }

    private static func record(_ stage: FaultStage, on pool: PostgresPool) async throws {
        _ = try await stage.refunds(pool).record(request)
    }

    private static func books(
        status: String, movements: Int64, taken: Int64
    ) -> @Sendable (FaultStage) async throws -> [String] {
        expecting([
            ("refunds", "select count(*) from refunds where status = '\(status)'", 1),
            ("movements", "select count(*) from refund_movements", movements),
            ("refunded", "select sum(amount_minor)::int8 from refund_movements", taken),
            ("taken from legs", "select sum(amount_minor)::int8 from clawbacks", taken),
            ("clawed back", "select sum(clawed_back_micro)::int8 from positions", taken * 10_000),
            ("clawed back by legs", "select sum(earned_micro)::int8 from clawbacks", taken * 10_000),
        ])
    }

    static let recordRefund = Boundary(
        name: "RecordRefund", prepare: spend,
        call: { stage in try await record(stage, on: stage.pool) },
        isApplied: { try await $0.number("select count(*) from refunds") > 0 },
        faults: books(status: "applied", movements: 1, taken: 10_00))

    static let undoRefund = Boundary(
        name: "UndoRefund",
        prepare: { stage in
            try await spend(stage)
            try await record(stage, on: stage.direct)
        },
        call: { stage in
            _ = try await stage.refunds(stage.pool).undo("refund")
        },
        isApplied: { try await $0.number("select count(*) from refunds where status = 'undone'") > 0 },
        faults: books(status: "undone", movements: 2, taken: 0))

    static let reattributeRefund = Boundary(
        name: "ReattributeRefund",
        prepare: { stage in
            try await spend(stage)
            var other = stage.spendRequest
            other.spendID = "other"
            _ = try await stage.recordSpend.record(other)
            try await record(stage, on: stage.direct)
        },
        call: { stage in
            _ = try await stage.refunds(stage.pool).reattribute(
                "refund", to: [.init(spendID: "other", amountMinor: 10_00)])
        },
        isApplied: { try await $0.number("select count(*) from refund_movements where spend_id = 'other'") > 0 },
        faults: books(status: "applied", movements: 3, taken: 10_00))

    /// The refund came first; the worker takes it once its spend is here.
    static let waitingRefund = Boundary(
        name: "taking a refund that waited", commitsBefore: 1, answersItsCaller: false,
        prepare: { stage in
            try await record(stage, on: stage.direct)
            try await spend(stage)
        },
        call: { stage in
            _ = try await stage.refunds(stage.pool).worker.sweep()
        },
        isApplied: { try await $0.number("select count(*) from refunds where status = 'applied'") > 0 },
        faults: books(status: "applied", movements: 1, taken: 10_00))

    /// The refund named the authorisation before it cleared; the worker takes it once it has.
    static let linkedRefund = Boundary(
        name: "taking a refund that was held for its authorisation", commitsBefore: 1, answersItsCaller: false,
        prepare: { stage in
            _ = try await AuthorizeSpend(pool: stage.direct, configuration: FaultStage.spending)(
                AuthorizationRequest(
                    authorizationID: "authorization", cardID: "card", currencyCode: "USD", amountMinor: 30_00))
            var linked = request
            linked.spendID = ""
            linked.authorizationID = "authorization"
            _ = try await stage.refunds(stage.direct).record(linked)
            var clearing = stage.spendRequest
            clearing.authorizationID = "authorization"
            _ = try await stage.recordSpend.record(clearing)
        },
        call: waitingRefund.call,
        isApplied: waitingRefund.isApplied,
        faults: books(status: "applied", movements: 1, taken: 10_00))
}
