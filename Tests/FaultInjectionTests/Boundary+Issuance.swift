import Cosmo
import Issuance
import PostgreSQL

extension Boundary {
    /// The commits of issuing that their callers repeat.
    static let issuance: [Boundary] = [plan, readLease, readOutcome, resolveByHand, writeOffDebt]

    private static let buckets = """
        select count(*) from positions where in_flight_micro <> 7000000 or unknown_micro <> 0 or issued_micro <> 0
        """

    static let plan = Boundary(
        name: "planning issuances", answersItsCaller: false,
        prepare: { try await $0.earn(points: 7) },
        call: { stage in _ = try await stage.planner(stage.pool).planDue() },
        isApplied: { try await $0.number("select count(*) from issuances") > 0 },
        faults: expecting([
            ("issuances", "select count(*) from issuances", 1),
            ("planned", "select sum(quantity_micro)::int8 from issuances where status = 'planned'", 7_000_000),
            ("positions whose buckets are wrong", buckets, 0),
        ]))

    /// An issuance that Cosmo has and whose answer was lost: unknown, due to be read.
    private static let lostAnswer: @Sendable (FaultStage) async throws -> Void = { stage in
        try await stage.earn(points: 7)
        _ = try await stage.planner(stage.direct).planDue()
        let row = try await stage.direct.query(
            """
            with issuance as (
                update issuances set status = 'unknown', attempts = 1, first_sent_at = now(), last_sent_at = now(),
                    due_at = now(), reason = 'COSMO_TIMED_OUT' returning quantity_micro, reference_number)
            update positions set in_flight_micro = 0, unknown_micro = quantity_micro from issuance
            returning issuance.reference_number
            """)[0]
        _ = try await stage.cosmo.issue(
            .init(
                programID: "prg_a", value: 7, currency: "POINTS", account: .init(userID: "M-1"),
                referenceNumber: try row.value()))
    }

    private static let confirmedOnce = expecting([
        ("confirmed", "select count(*) from issuances where status = 'confirmed'", 1),
        ("issued", "select sum(issued_micro)::int8 from positions", 7_000_000),
        ("unknown or in flight", "select sum(unknown_micro + in_flight_micro)::int8 from positions", 0),
    ])

    static let readLease = Boundary(
        name: "leasing a read", answersItsCaller: false, prepare: lostAnswer,
        call: { stage in
            // A lease whose commit was lost ends, and the issuance is due again.
            let later = PostgresTimestamp.now.advanced(by: .seconds(600))
            while try await stage.resolver(stage.pool, now: { later.advanced(by: .seconds(600)) }).resolveDue() > 0 {}
        },
        isApplied: { try await $0.number("select count(*) from issuances where status = 'confirmed'") > 0 },
        faults: { stage in
            let later = PostgresTimestamp.now.advanced(by: .seconds(3600))
            while try await stage.resolver(stage.direct, now: { later }).resolveDue() > 0 {}
            return try await confirmedOnce(stage)
        })

    static let readOutcome = Boundary(
        name: "writing what a read found", commitsBefore: 1, answersItsCaller: false, prepare: lostAnswer,
        call: readLease.call, isApplied: readLease.isApplied, faults: readLease.faults)

    static let resolveByHand = Boundary(
        name: "ResolveIssuance", prepare: lostAnswer,
        call: { stage in
            guard let reference = stage.cosmo.calls.first?.referenceNumber else { return }
            do {
                _ = try await ResolveIssuance(pool: stage.pool, configuration: FaultStage.issuance)(
                    referenceNumber: reference, outcome: .issued, evidence: "seen in the portal",
                    transactionID: "tx-\(reference)", by: "operator")
            } catch let error as IssuanceError where error.reason == .wrongStatus {
                // It is settled already, which is what was wanted.
            }
        },
        isApplied: readLease.isApplied, faults: confirmedOnce)

    /// All that was issued was refunded, and an operator gives the debt up.
    static let writeOffDebt = Boundary(
        name: "WriteOffDebt",
        prepare: { stage in
            _ = try await stage.direct.query(
                """
                insert into positions (card_id, program_id, unit, earned_micro, clawed_back_micro, issued_micro)
                values ('card', 'prg_a', 'points', 7000000, 7000000, 7000000)
                """)
        },
        call: { _ = try await $0.writeOffDebt() },
        isApplied: { try await $0.number("select count(*) from debt_write_offs") > 0 },
        faults: expecting([
            ("write-offs", "select count(*) from debt_write_offs", 1),
            ("written off", "select sum(written_off_micro)::int8 from positions", 7_000_000),
            ("records of it", "select count(*) from operator_actions where action = 'WriteOffDebt'", 1),
            ("debt", "select sum(debt_micro)::int8 from positions", 0),
        ]))
}
