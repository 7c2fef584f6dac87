import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL
import Rewards
import Synchronization
import Testing

@testable import Issuance

/// What refunds do to positions, and that nothing is sent while one owes (I-7).
@Suite struct DebtTests {
    private static func position(_ stage: Stage, _ card: String = "c1") async throws -> Position {
        try await stage.reads.position(cardID: card, programID: "prg_stay").position
    }

    @Test("What is not issued yet shrinks by a claw-back, what is issued becomes debt, and undoing restores both")
    func shrinkThenDebt() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            try await stage.earn("c1", "prg_stay", points: 5)
            try await stage.clawBack("c1", "prg_stay", points: 3)
            #expect(try await Self.position(stage).pendingMicro == 2_000_000)
            try await stage.clawBack("c1", "prg_stay", points: 12)
            var owed = try await Self.position(stage)
            #expect(owed.debtMicro == 10_000_000 && owed.pendingMicro == 0 && owed.issuedMicro == 25_000_000)
            try await stage.checkDebts()
            try await stage.plan()
            #expect(try await stage.count("true") == 1, "nothing is planned while it owes")

            try await stage.earn("c1", "prg_stay", points: 7)
            try await stage.plan()
            #expect(try await Self.position(stage).debtMicro == 3_000_000, "earning nets the debt")
            try await stage.clawBack("c1", "prg_stay", points: -15)
            owed = try await Self.position(stage)
            #expect(owed.debtMicro == 0 && owed.pendingMicro == 12_000_000 && owed.clawedBackMicro == 0)
            try await stage.plan()
            try await stage.send()
            #expect(try await stage.reads.issuances(status: .accepted).issuances.map(\.sentValue) == [12])
            try await stage.checkBooks()
            try await stage.checkDebts()
        }
    }

    @Test("Claw-backs of one key add up in one commit; more than was taken is never given back")
    func sums() async throws {
        try await Stage.with { stage in
            let key = (card: "c1", program: "prg_stay")
            let position = PositionKey(cardID: key.card, programID: key.program, unit: .points)
            let other = PositionKey(cardID: "c2", programID: key.program, unit: .points)
            let statements = PositionStore().change(
                [
                    .clawedBack(position, micro: 5), .clawedBack(position, micro: -2), .clawedBack(other, micro: 4),
                    .clawedBack(other, micro: -4),
                ], at: stage.clock.now())
            _ = try await stage.pool.withTransaction { try await $0.pipeline(statements) }
            #expect(try await Self.position(stage).debtMicro == 3, "kept although nothing was ever earned")
            #expect(try await stage.reads.positions(cardID: "c2").positions.isEmpty)
            await #expect(throws: PostgresError.self) { try await stage.clawBack("c1", "prg_stay", micro: -4) }
            #expect(try await Self.position(stage).clawedBackMicro == 3)
            #expect(PositionStore().change([], at: stage.clock.now()).isEmpty)
        }
    }

    @Test("Planned issuances are withdrawn newest first until nothing is owed, and what is left over is planned again")
    func withdrawal() async throws {
        try await Stage.with { stage in
            for points in [10, 20, 30] as [Int64] {
                try await stage.earn("c1", "prg_stay", points: points)
                try await stage.plan()
            }
            try await stage.clawBack("c1", "prg_stay", points: 35)
            #expect(try await Self.position(stage).debtMicro == 35_000_000, "until the planner has looked")
            try await stage.plan()
            let issuances = try await stage.reads.issuances().issuances
            #expect(issuances.map(\.sentValue) == [10, 20, 30, 15])
            #expect(issuances.map(\.status) == [.planned, .withdrawn, .withdrawn, .planned])
            #expect(
                issuances[2].settledBy == .debt && issuances[2].reason == "POSITION_OWES"
                    && issuances[2].dueAt == nil)
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.value).sorted() == [10, 15])
            #expect(try await Self.position(stage).debtMicro == 0)
            try await stage.checkBooks()
            try await stage.checkDebts()
        }
    }

    @Test("A blocked position that owes gives its planned issuances back as well")
    func blocked() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 10, member: "SIM-INVALID-MEMBER")
            try await stage.plan()
            try await stage.send()
            try await stage.earn("c1", "prg_stay", points: 1, member: "M-good")
            _ = try await RetryIssuance(pool: stage.pool, now: stage.clock.now)(
                referenceNumber: try await stage.theIssuance().referenceNumber)
            try await stage.plan()
            _ = try await stage.pool.query(
                "update positions set blocked_reason = 'COSMO_INVALID_REQUEST', blocked_by = 'mb-x'")
            try await stage.clawBack("c1", "prg_stay", points: 11)
            try await stage.plan()
            #expect(try await stage.reads.issuances().issuances.map(\.status) == [.parked, .withdrawn])
            #expect(try await Self.position(stage).debtMicro == 0)
        }
    }

    @Test("Senders pass over a position that owes before the planner has seen it, and take it again once it does not")
    func claimsPassOver() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c2", "prg_stay", points: 7)
            try await stage.plan()
            try await stage.clawBack("c1", "prg_stay", points: 1)
            func claim() async throws -> [IssuanceRecord] {
                try await stage.pool.withTransaction { connection in
                    try await connection.pipeline(
                        IssuanceStore.claim(
                            [("prg_stay", 10)], lease: UUID().uuidString.lowercased(),
                            until: stage.clock.now().advanced(by: .seconds(90)), at: stage.clock.now()))
                }.flatMap { $0 }
            }
            #expect(try await claim().map(\.cardID) == ["c2"])
            #expect(try await claim().isEmpty)
            try await stage.earn("c1", "prg_stay", points: 1)
            #expect(try await claim().map(\.cardID) == ["c1"])
        }
    }

    @Test("A claim and a claw-back of one position exclude each other until the commit")
    func race() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let clawback = PositionStore().change(
                [.clawedBack(PositionKey(cardID: "c1", programID: "prg_stay", unit: .points), micro: 1)],
                at: stage.clock.now())
            @Sendable func claim(_ connection: PostgresConnection) async throws -> Int {
                try await connection.pipeline(
                    IssuanceStore.claim(
                        [("prg_stay", 10)], lease: UUID().uuidString.lowercased(),
                        until: stage.clock.now().advanced(by: .seconds(90)), at: stage.clock.now())
                ).joined().count
            }
            // Claimed and not committed: the claw-back waits.
            try await stage.pool.withConnection { first in
                _ = try await first.query("begin")
                let claimed = try await claim(first)
                #expect(claimed == 1)
                let error = await #expect(throws: PostgresError.self) {
                    try await stage.pool.withTransaction { second in
                        _ = try await second.query("set local lock_timeout = '200ms'")
                        _ = try await second.pipeline(clawback)
                    }
                }
                #expect(error?.sqlState?.rawValue == "55P03", "the claw-back waits for the claim's lock")
                _ = try await first.query("rollback")
            }
            // Clawed back and not committed: the sender goes on to others, and does not wait.
            try await stage.pool.withConnection { first in
                _ = try await first.query("begin")
                _ = try await first.pipeline(clawback)
                let claimed = try await stage.pool.withTransaction { try await claim($0) }
                #expect(claimed == 0)
                _ = try await first.query("commit")
            }
            let later = try await stage.pool.withTransaction { try await claim($0) }
            #expect(later == 0)
        }
    }

    @Test("An issuance under way when the claw-back comes becomes debt and is confirmed all the same")
    func underWay() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                try? await stage.clawBack("c1", "prg_stay", points: 25)
                try? await stage.plan()
                return try await stage.cosmo.issue(request)
            }
            try await stage.send(stub)
            for body in stage.webhookBodies { try await stage.receive(body) }
            #expect(try await stage.theIssuance().status == .confirmed)
            let position = try await Self.position(stage)
            #expect(position.debtMicro == 25_000_000 && position.issuedMicro == 25_000_000)
            try await stage.checkBooks()
            try await stage.checkDebts()
        }
    }

    @Test("What was certainly not sent while its position came to owe is withdrawn; what was unknown goes to a person")
    func sentAgain() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c2", "prg_stay", points: 30)
            try await stage.plan()
            // c1 is never reached, c2 is lost on the way; both are to be sent again when their cards come to owe.
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let isLost = request.value == 30
                throw CosmoError(
                    call: .issuance, kind: isLost ? .unknown : .notSent,
                    reason: isLost ? .timedOut : .connectionFailed)
            }
            try await stage.send(stub)
            while try await stage.count("status = 'unknown'") > 0 {
                stage.clock.advance(.seconds(700))
                try await stage.resolve()
            }
            // More than one attempt where the jitter of the pause came to nothing.
            #expect(try await stage.count("status = 'planned' and attempts > 0") == 2)
            try await stage.clawBack("c1", "prg_stay", points: 25)
            try await stage.clawBack("c2", "prg_stay", points: 30)
            try await stage.plan()
            let issuances = try await stage.reads.issuances().issuances.sorted { $0.cardID < $1.cardID }
            #expect(issuances.map(\.status) == [.withdrawn, .unknown])
            #expect(issuances[1].reason == "ABSENT_AWAITS_OPERATOR" && issuances[1].dueAt == nil)
            #expect(stage.sandbox.transactions().isEmpty)
            try await stage.checkBooks()
        }
    }

    @Test("An issuance that becomes planned again while its position owes is taken up by the planner")
    func returnsToPlanned() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let stub = StubCosmo(stage.cosmo) { _ throws(CosmoError) in
                try? await stage.clawBack("c1", "prg_stay", points: 25)
                try? await stage.plan()
                throw CosmoError(call: .issuance, kind: .notSent, reason: .connectionFailed)
            }
            try await stage.send(stub)
            #expect(try await stage.theIssuance().status == .planned)
            try await stage.plan()
            #expect(try await stage.theIssuance().status == .withdrawn)
            #expect(try await Self.position(stage).debtMicro == 0)
        }
    }

    @Test("News of a withdrawn issuance is shown to a person, and its quantity is owed meanwhile")
    func withdrawnButIssued() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.clawBack("c1", "prg_stay", points: 25)
            try await stage.plan()
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .withdrawn)
            _ = try await stage.cosmo.issue(
                CosmoIssuanceRequest(
                    programID: issuance.programID, value: issuance.sentValue, currency: issuance.sentCurrency,
                    account: issuance.account, referenceNumber: issuance.referenceNumber))
            for body in stage.webhookBodies { try await stage.receive(body) }
            let shown = try await stage.theIssuance()
            #expect(shown.status == .mismatched && shown.reason == "ISSUED_AFTER_WITHDRAWN")
            #expect(try await Self.position(stage).debtMicro == 25_000_000)
            #expect(try await stage.count("status = 'mismatched'") == 1)
        }
    }

    @Test("A claim reads as much of a long backlog as of a short one")
    func claimCost() async throws {
        try await Stage.with { stage in
            func fill(_ range: ClosedRange<Int>) async throws {
                _ = try await stage.pool.query(
                    """
                    insert into positions (card_id, program_id, unit, earned_micro, in_flight_micro)
                    select 'card-' || n, 'prg_stay', 'points', 5000000, 5000000
                    from generate_series(\(range.lowerBound), \(range.upperBound)) n
                    """)
                _ = try await stage.pool.query(
                    """
                    insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                        sent_currency, account, due_at)
                    select 'card-' || n, 'mb-' || n, 'prg_stay', 'points', 5000000, 5, 'POINTS', '{}',
                        timestamptz '2026-01-01' + n * interval '1 second'
                    from generate_series(\(range.lowerBound), \(range.upperBound)) n
                    """)
                _ = try await stage.pool.query(
                    """
                    insert into links (card_id, program_id, status, account)
                    select 'card-' || n, 'prg_stay', 'linked', '{}'
                    from generate_series(\(range.lowerBound), \(range.upperBound)) n
                    """)
                _ = try await stage.pool.query("analyze positions, issuances, links")
            }
            func blocksRead() async throws -> Int {
                let claim = IssuanceStore.claim(
                    "prg_stay", count: 16, lease: UUID().uuidString.lowercased(),
                    until: .infinity, at: .now.advanced(by: .seconds(86_400 * 3_650))
                ).statement
                let plan = Mutex("")
                struct Undo: Error {}
                await #expect(throws: Undo.self) {
                    try await stage.pool.withTransaction { connection in
                        let rows = try await connection.query(
                            "explain (analyze, buffers, format json) \(claim.sql)", claim.parameters)
                        let text = try rows.first?.value(as: String.self) ?? ""
                        plan.withLock { $0 = text }
                        throw Undo()
                    }
                }
                let json = try JSONSerialization.jsonObject(with: Data(plan.withLock { $0 }.utf8)) as? [[String: Any]]
                let root = try #require(json?.first?["Plan"] as? [String: Any])
                #expect(root["Actual Rows"] as? Int == 16)
                return (root["Shared Hit Blocks"] as? Int ?? 0) + (root["Shared Read Blocks"] as? Int ?? 0)
            }
            try await fill(1...2_000)
            let short = try await blocksRead()
            try await fill(2_001...20_000)
            let long = try await blocksRead()
            print("claim of 16: \(short) blocks with 2,000 waiting, \(long) with 20,000")
            #expect(long <= short + short / 4 + 16)
        }
    }
}
