import Cosmo
import CosmoSandbox
import Foundation
import Issuance
import OperatorRecord
import PostgreSQL
import Rewards
import Testing

/// The list of debts, writing them off, and what is unknown.
@Suite struct DebtReportTests {
    /// A position that has everything issued that it earned.
    private static func issued(_ stage: Stage, _ card: String, _ program: String = "prg_stay", points: Int64)
        async throws
    {
        _ = try await stage.pool.query(
            """
            insert into positions (card_id, program_id, unit, earned_micro, issued_micro)
            values ($1, $2, 'points', $3, $3)
            """, [.text(card), .text(program), .int8(points * 1_000_000)])
    }

    /// A refund's movement with its claw-back, so many days ago, moved into the position as well.
    private static func refund(
        _ stage: Stage, _ card: String, _ refund: String, program: String = "prg_stay", points: Int64, daysAgo: Int64
    ) async throws {
        let at = stage.clock.now().advanced(by: .seconds(-86_400 * daysAgo))
        let row = try await stage.pool.query(
            """
            insert into refund_movements (card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor,
                excluded_minor, held_minor, recorded_at)
            values ($1, $2, 's', $3, $4, 0, 0, 0, $5) returning movement_number
            """,
            [
                .text(card), .text(refund), .text(points > 0 ? "refund" : "undo"), .int8(points), .timestamptz(at),
            ]
        ).first
        _ = try await stage.pool.query(
            """
            insert into clawbacks (card_id, movement_number, program_id, unit, amount_minor, earned_micro)
            values ($1, $2, $3, 'points', $4, $5)
            """,
            [
                .text(card), .int8(try row?.get("movement_number") ?? 0), .text(program), .int8(points),
                .int8(points * 1_000_000),
            ])
        try await stage.clawBack(card, program, points: points)
    }

    @Test("A debt is aged by its newest claw-backs, walked back to its size; an undone refund counts for nothing")
    func ages() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 1_000)
            try await Self.refund(stage, "c1", "r-old", points: 400, daysAgo: 120)
            try await Self.refund(stage, "c1", "r-75", points: 100, daysAgo: 75)
            try await Self.refund(stage, "c1", "r-undone", points: 60, daysAgo: 50)
            try await Self.refund(stage, "c1", "r-45", points: 50, daysAgo: 45)
            try await Self.refund(stage, "c1", "r-2", points: 30, daysAgo: 2)
            try await Self.refund(stage, "c1", "r-undone", points: -60, daysAgo: 1)
            // Earned since: pays for the oldest.
            try await stage.earn("c1", "prg_stay", points: 330)
            let now = stage.clock.now()
            let debt = try #require(try await stage.reads.debts(at: now).debts.first)
            #expect(debt.debtMicro == 250_000_000)
            #expect(
                debt.ages
                    == DebtAges(
                        upTo30DaysMicro: 30_000_000, upTo60DaysMicro: 50_000_000, upTo90DaysMicro: 100_000_000,
                        over90DaysMicro: 70_000_000))
            #expect(abs(debt.oldestAt.duration(since: now).components.seconds + 86_400 * 120) < 60)

            try await stage.earn("c1", "prg_stay", points: 200)
            let rest = try #require(try await stage.reads.debts(at: now).debts.first)
            #expect(rest.ages == DebtAges(upTo30DaysMicro: 30_000_000, upTo60DaysMicro: 20_000_000))
        }
    }

    @Test("A debt that no claw-back explains has an age as well")
    func unexplained() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 10)
            try await stage.clawBack("c1", "prg_stay", points: 4)
            let debt = try #require(try await stage.reads.debts(at: stage.clock.now()).debts.first)
            #expect(debt.ages == DebtAges(upTo30DaysMicro: 4_000_000))
            let later = stage.clock.now().advanced(by: .seconds(86_400 * 61))
            #expect(try await stage.reads.debts(at: later).debts.first?.ages == DebtAges(upTo90DaysMicro: 4_000_000))
        }
    }

    @Test("Debts are listed by program, largest first, a page at a time, and totals are by program")
    func listing() async throws {
        try await Stage.with { stage in
            for card in 0..<17 {
                let program = card % 3 == 0 ? "prg_fuel" : "prg_stay"
                try await Self.issued(stage, "c\(card)", program, points: 100)
                // Some owe the same, so that pages must not skip or repeat equals.
                try await stage.clawBack("c\(card)", program, points: Int64(card / 4 + 1))
            }
            try await Self.issued(stage, "solvent", points: 5)
            var debts: [Debt] = []
            var token = ""
            repeat {
                let page = try await stage.reads.debts(pageSize: 3, pageToken: token)
                debts += page.debts
                token = page.nextPageToken ?? ""
            } while !token.isEmpty
            #expect(debts.count == 17 && Set(debts.map(\.key)).count == 17)
            let sorted = debts.sorted {
                ($0.key.programID, -$0.debtMicro, $0.key.cardID) < ($1.key.programID, -$1.debtMicro, $1.key.cardID)
            }
            #expect(debts.map(\.key) == sorted.map(\.key))
            #expect(try await stage.reads.debts(programID: "prg_fuel").debts.count == 6)
            #expect(try await stage.reads.debts(cardID: "c4").debts.map(\.debtMicro) == [2_000_000])
            let totals = try await stage.reads.debtTotals()
            #expect(totals.map(\.positionCount) == [6, 11])
            #expect(totals.reduce(0) { $0 + $1.debtMicro } == debts.reduce(0) { $0 + $1.debtMicro })
            for bad in ["x", "31", "611f621f631f64"] {
                let error = await #expect(throws: IssuanceError.self) {
                    _ = try await stage.reads.debts(pageToken: bad)
                }
                #expect(error?.reason == .badPageToken)
            }
        }
    }

    private static func writeOff(_ stage: Stage) -> WriteOffDebt {
        WriteOffDebt(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
    }

    @Test("A debt is written off in part and then whole, once for each request, with its reason on record")
    func writeOffs() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 100)
            try await stage.clawBack("c1", "prg_stay", points: 40)
            let writeOff = Self.writeOff(stage)
            let part = WriteOffDebt.Request(
                cardID: "c1", programID: "prg_stay", unit: .points, micro: 15_000_000, reason: " goodwill ",
                requestID: "w1")
            #expect(try await writeOff(part, by: "ops-1").position.debtMicro == 25_000_000)
            let audit = AuditEntry(clientID: "ops-2", action: "WriteOffDebt", subject: "c1")
            #expect(try await writeOff(part, by: "ops-2", audit: audit).position.debtMicro == 25_000_000)
            #expect(try await stage.pool.query("select 1 from operator_actions").isEmpty)
            var other = part
            other.micro = 14_000_000
            let conflict = await #expect(throws: IssuanceError.self) { _ = try await writeOff(other, by: "ops-1") }
            #expect(conflict?.reason == .requestConflict && conflict?.kind == .alreadyExists)

            let whole = WriteOffDebt.Request(
                cardID: "c1", programID: "prg_stay", reason: "account closed", requestID: "w2")
            let after = try await writeOff(whole, by: "ops-1").position
            #expect(after.debtMicro == 0 && after.pendingMicro == 0 && after.writtenOffMicro == 40_000_000)
            #expect(
                try await writeOff(whole, by: "ops-1").position == after, "again, although nothing is owed any more")
            let rows = try await stage.pool.query(
                "select micro, reason, written_off_by from debt_write_offs order by write_off_number")
            #expect(try rows.map { try $0.get("micro", as: Int64.self) } == [15_000_000, 25_000_000])
            #expect(try rows.map { try $0.get("reason", as: String.self) } == ["goodwill", "account closed"])
            try await stage.checkDebts()
        }
    }

    @Test(
        "Undoing a refund whose debt was written off reverses the write-off: nothing is issued twice",
        arguments: [
            // Taken by two refunds, written off, given back in turn; then what stays written off, pending and owed.
            (taken: [40], writtenOff: 40, givenBack: 40, left: [0, 0, 0]),
            (taken: [40], writtenOff: 15, givenBack: 40, left: [0, 0, 0]),
            (taken: [30, 20], writtenOff: 50, givenBack: 20, left: [30, 0, 0]),
            (taken: [30, 20], writtenOff: 10, givenBack: 20, left: [10, 0, 20]),
            (taken: [30, 20], writtenOff: 50, givenBack: 50, left: [0, 0, 0]),
        ] as [(taken: [Int64], writtenOff: Int64, givenBack: Int64, left: [Int64])])
    func undoneAfterWriteOff(
        _ row: (taken: [Int64], writtenOff: Int64, givenBack: Int64, left: [Int64])
    ) async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 100)
            for points in row.taken { try await stage.clawBack("c1", "prg_stay", points: points) }
            let request = WriteOffDebt.Request(
                cardID: "c1", programID: "prg_stay", micro: row.writtenOff * 1_000_000, reason: "goodwill",
                requestID: "w1")
            _ = try await Self.writeOff(stage)(request, by: "ops-1")
            try await stage.clawBack("c1", "prg_stay", points: -row.givenBack)
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
            #expect(
                [position.writtenOffMicro, position.pendingMicro, position.debtMicro]
                    == row.left.map { $0 * 1_000_000 })
            try await stage.checkDebts()
        }
    }

    @Test("Writing off is refused for more than is owed, for nothing owed, without reason, and for what is not known")
    func writeOffRefusals() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 100)
            let writeOff = Self.writeOff(stage)
            func reason(_ change: (inout WriteOffDebt.Request) -> Void) async -> IssuanceError.Reason? {
                var request = WriteOffDebt.Request(
                    cardID: "c1", programID: "prg_stay", reason: "why", requestID: "w1")
                change(&request)
                do {
                    _ = try await writeOff(request, by: "ops")
                    return nil
                } catch {
                    return (error as? IssuanceError)?.reason
                }
            }
            #expect(await reason { _ in } == .noDebt)
            #expect(await reason { $0.cardID = "c9" } == .unknownPosition)
            try await stage.clawBack("c1", "prg_stay", points: 4)
            #expect(await reason { $0.micro = 4_000_001 } == .exceedsDebt)
            #expect(await reason { $0.unit = .value } == .noDebt)
            #expect(await reason { $0.micro = 0 } == .invalidArgument)
            #expect(await reason { $0.micro = -1 } == .invalidArgument)
            #expect(await reason { $0.reason = " \n" } == .invalidArgument)
            #expect(await reason { $0.reason = String(repeating: "x", count: 2_001) } == .invalidArgument)
            #expect(await reason { $0.requestID = "" } == .invalidArgument)
            #expect(try await stage.pool.query("select 1 from debt_write_offs").isEmpty)
            #expect(await reason { _ in } == nil)
        }
    }

    @Test("Only what cannot be withdrawn is written off: planned issuances are given back first")
    func writeOffWithdraws() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 20)
            try await stage.plan()
            try await stage.clawBack("c1", "prg_stay", points: 20)
            let request = WriteOffDebt.Request(cardID: "c1", programID: "prg_stay", reason: "why", requestID: "w1")
            let refused = await #expect(throws: IssuanceError.self) {
                _ = try await Self.writeOff(stage)(request, by: "ops")
            }
            #expect(refused?.reason == .noDebt)
            try await Self.issued(stage, "c2", points: 5)
            try await stage.earn("c2", "prg_stay", points: 20)
            try await stage.plan()
            try await stage.clawBack("c2", "prg_stay", points: 22)
            var second = request
            second.cardID = "c2"
            let view = try await Self.writeOff(stage)(second, by: "ops")
            #expect(view.position.writtenOffMicro == 2_000_000 && view.position.inFlightMicro == 0)
            try await stage.plan()
            #expect(try await stage.count("status = 'withdrawn'") == 2)
            try await stage.checkDebts()
        }
    }

    @Test("What rests on an issuance nobody knows is not written off, so its absence makes nothing pending")
    func writeOffWaitsForUnknown() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 5)
            try await stage.earn("c1", "prg_stay", points: 15)
            try await stage.plan()
            let lost = StubCosmo(stage.cosmo) { _ throws(CosmoError) in
                throw CosmoError(call: .issuance, kind: .unknown, reason: .timedOut)
            }
            try await stage.send(lost)
            #expect(try await stage.count("status = 'unknown'") == 1)
            try await stage.clawBack("c1", "prg_stay", points: 20)
            func writeOff(_ id: String, micro: Int64? = nil) async throws -> PositionView {
                try await Self.writeOff(stage)(
                    .init(cardID: "c1", programID: "prg_stay", micro: micro, reason: "why", requestID: id), by: "ops")
            }
            let refused = await #expect(throws: IssuanceError.self) { _ = try await writeOff("w1", micro: 5_000_001) }
            #expect(refused?.reason == .exceedsDebt)
            let view = try await writeOff("w2")
            #expect(view.position.writtenOffMicro == 5_000_000 && view.position.debtMicro == 15_000_000)
            let nothing = await #expect(throws: IssuanceError.self) { _ = try await writeOff("w3") }
            #expect(nothing?.reason == .noDebt)
            // Cosmo never had it, as reads come to know: it waits to be sent again, the position owes, so it goes to a
            // person.
            while try await stage.count("status = 'unknown' and due_at is not null") > 0 {
                stage.clock.advance(.seconds(700))
                try await stage.resolve()
                try await stage.plan()
            }
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
            #expect(position.pendingMicro == 0)
            #expect(stage.sandbox.transactions().isEmpty)
            try await stage.checkDebts()
        }
    }

    @Test("One request id at once from many sides is written off once")
    func writeOffAtOnce() async throws {
        try await Stage.with { stage in
            try await Self.issued(stage, "c1", points: 100)
            try await stage.clawBack("c1", "prg_stay", points: 40)
            let writeOff = Self.writeOff(stage)
            try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await writeOff(
                            .init(
                                cardID: "c1", programID: "prg_stay", micro: 10_000_000, reason: "why", requestID: "w1"),
                            by: "ops"
                        ).position.debtMicro
                    }
                }
                for try await debt in group { #expect(debt == 30_000_000) }
            }
            try await stage.checkDebts()
        }
    }

    @Test("What may or may not have been issued is a balance by program, with the age of its oldest issuance (I-6)")
    func unknownBalances() async throws {
        try await Stage.with { stage in
            #expect(try await stage.reads.unknownBalances().isEmpty)
            stage.sandbox.setFaults([SandboxFault(.error500After, count: 3)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c2", "prg_stay", points: 30)
            try await stage.earn("c3", "prg_fuel", points: 700)
            try await stage.plan()
            try await stage.send()
            let balances = try await stage.reads.unknownBalances()
            #expect(balances.map(\.programID) == ["prg_fuel", "prg_stay"])
            #expect(balances.map(\.unknownMicro) == [700_000_000, 55_000_000])
            #expect(balances.map(\.issuanceCount) == [1, 2])
            let oldest = try await stage.reads.issuances(programID: "prg_stay").issuances.compactMap(\.firstSentAt)
                .min()
            #expect(balances.last?.oldestSentAt == oldest && oldest != nil)
        }
    }

    @Test("A listed transaction without reference that may be the issuance keeps it from being sent again")
    func lookalike() async throws {
        try await Stage.with { stage in
            try await stage.earn("c0", "prg_stay", points: 3)
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let nameless = CosmoTransaction(id: "tx_nameless", value: 25, programID: "prg_stay")
            let stub = StubCosmo(
                stage.cosmo,
                onList: { from, to throws(CosmoError) in
                    let listed = try await stage.cosmo.transactions(
                        fromSeconds: from, toSeconds: to, programID: "prg_stay")
                    return listed + [nameless]
                })
            for _ in 0..<4 {
                stage.clock.advance(.seconds(700))
                try await stage.resolve(stub)
            }
            let issuance = try #require(try await stage.reads.issuances(cardID: "c1").issuances.first)
            #expect(
                issuance.status == .unknown && issuance.reason == "LOOKALIKE_AWAITS_OPERATOR"
                    && issuance.dueAt == nil)
            #expect(stage.sandbox.transactions().count == 1)
        }
    }

    @Test("A transaction under our reference with another program is found before the issuance is sent again")
    func otherProgram() async throws {
        try await Stage.with(
            cosmo: { $0.referenceLookupEnabled = false }, issuance: { $0.isReferenceLookupEnabled = false }
        ) { stage in
            try await stage.earn("c0", "prg_stay", points: 3)
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let issuance = try #require(try await stage.reads.issuances(cardID: "c1").issuances.first)
            _ = try await stage.cosmo.issue(
                CosmoIssuanceRequest(
                    programID: "prg_fuel", value: 2_500, currency: "POINTS", account: issuance.account,
                    referenceNumber: issuance.referenceNumber))
            for _ in 0..<4 {
                stage.clock.advance(.seconds(700))
                try await stage.resolve()
            }
            let shown = try await stage.reads.issuance(issuance.referenceNumber)
            #expect(shown.status == .mismatched && shown.reason == "PROGRAM_DIFFERS+VALUE_DIFFERS")
            #expect(stage.sandbox.transactions().count == 2, "nothing was sent again")
        }
    }
}
