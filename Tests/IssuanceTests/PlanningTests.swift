import Cosmo
import Issuance
import PostgreSQL
import Rewards
import Synchronization
import Testing

/// From positions to planned issues, on a real database.
@Suite struct PlanningTests {
    @Test("Earnings of one key add up, and planning takes them out of pending in one commit")
    func plans() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.earn("c1", "prg_stay", points: 12)
            let before = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(before.position.pendingMicro == 42_000_000 && before.planAt != nil)
            try await stage.plan()
            let after = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(after.position.inFlightMicro == 42_000_000 && after.position.pendingMicro == 0)
            #expect(after.planAt == nil)
            let issue = try await stage.theIssue()
            #expect(issue.status == .planned && issue.sentValue == 42 && issue.sentCurrency == "POINTS")
            #expect(issue.account.userID == "M-c1" && issue.firstSentAt == nil)
            try await stage.checkBooks()
        }
    }

    @Test("Below the minimum nothing is planned; above the maximum the issues are chunked")
    func limits() async throws {
        try await Stage.with(issuance: { $0.chunksPerPlanMax = 2 }) { stage in
            stage.setTerms("prg_sky", ProgramTerms(minimumPoints: 100, maximumPoints: 1_000))
            try await stage.earn("c1", "prg_sky", points: 99)
            try await stage.plan()
            #expect(try await stage.count("true") == 0)
            try await stage.earn("c1", "prg_sky", points: 4_950)
            try await stage.plan()
            let values = try await stage.reads.issuances().issues.map(\.sentValue)
            #expect(values == [1_000, 1_000, 1_000, 1_000, 1_000])
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_sky").position
            #expect(position.pendingMicro == 49_000_000)
            try await stage.checkBooks()
        }
    }

    @Test("In debt nothing is planned until new earnings cover it")
    func debt() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 100)
            try await stage.plan()
            _ = try await stage.pool.query("update positions set clawed_back_micro = 60000000, plan_at = now()")
            #expect(
                try await stage.reads.position(cardID: "c1", programID: "prg_stay").position.debtMicro == 60_000_000)
            try await stage.earn("c1", "prg_stay", points: 60)
            try await stage.plan()
            #expect(try await stage.count("true") == 1)
            try await stage.earn("c1", "prg_stay", points: 7)
            try await stage.plan()
            #expect(try await stage.reads.issuances().issues.map(\.sentValue) == [100, 7])
        }
    }

    @Test("What cannot be issued says why, waits without being looked at, and is planned once that changes")
    func obstacles() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 5, validity: .invalid)
            try await stage.earn("c2", "prg_fuel", points: 50)
            stage.setTerms("prg_fuel", ProgramTerms(isPaused: true))
            try await stage.plan()
            #expect(try await stage.count("true") == 0)
            let blocked = try await stage.reads.positions(blockedOnly: true).positions
            #expect(blocked.map(\.blockedReason) == ["LINK_INVALID", "PROGRAM_PAUSED"])
            #expect(blocked.allSatisfy { $0.planAt == nil && $0.blockedBy == nil })
            #expect(try await stage.planner().planDue().positionCount == 0)

            stage.setTerms("prg_fuel", ProgramTerms())
            stage.destinations.withLock { $0[DestinationKey(cardID: "c1", programID: "prg_stay")]?.validity = .valid }
            _ = try await stage.pool.withTransaction { connection in
                try await connection.pipeline(
                    PositionStore.planAgain(
                        cardID: "c1", programID: "prg_stay", accountChanged: false, at: stage.clock.now())
                        + PositionStore.planProgram("prg_fuel", at: stage.clock.now()))
            }
            try await stage.plan()
            #expect(try await stage.count("status = 'planned'") == 2)
            #expect(try await stage.reads.positions(blockedOnly: true).positions.isEmpty)
        }
    }

    @Test("A lowered minimum is noticed by planning the whole program")
    func loweredMinimum() async throws {
        try await Stage.with { stage in
            stage.setTerms("prg_stay", ProgramTerms(minimumPoints: 100))
            try await stage.earn("c1", "prg_stay", points: 50)
            try await stage.plan()
            stage.setTerms("prg_stay", ProgramTerms(minimumPoints: 10))
            let statement = PositionStore.planProgram("prg_stay", includingUnblocked: true, at: stage.clock.now())[0]
            _ = try await stage.pool.query(statement.sql, statement.parameters)
            try await stage.plan()
            #expect(try await stage.theIssue().sentValue == 50)
        }
    }

    @Test("A plan delay gathers several spends into one issue")
    func planDelay() async throws {
        try await Stage.with { stage in
            for _ in 0..<3 {
                let earning = PositionEarning(cardID: "c1", programID: "prg_stay", unit: .points, micro: 2_500_000)
                let planAt = stage.clock.now().advanced(by: .seconds(30))
                let statement = PositionStore.earn([earning], planAt: planAt)[0]
                _ = try await stage.pool.query(statement.sql, statement.parameters)
                #expect(try await stage.planner().planDue().positionCount == 0)
            }
            try await stage.earn("c1", "prg_stay", points: 0)
            stage.clock.advance(.seconds(31))
            try await stage.plan()
            let issue = try await stage.theIssue()
            #expect(issue.sentValue == 7 && issue.quantityMicro == 7_000_000)
        }
    }

    @Test("Planners at once plan each position once")
    func concurrentPlanners() async throws {
        try await Stage.with(issuance: { $0.planBatchMax = 7 }) { stage in
            for card in 0..<60 { try await stage.earn("c\(card)", "prg_stay", points: 3) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await stage.plan() } }
                try await group.waitForAll()
            }
            try await stage.plan()
            #expect(try await stage.count("status = 'planned'") == 60)
            try await stage.checkBooks()
        }
    }

    @Test("A reference number that exists undoes the whole plan, which then succeeds with another")
    func referenceCollision() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 3)
            _ = try await stage.planner(makeReference: { "mb-same" }).planDue()
            try await stage.earn("c2", "prg_stay", points: 4)
            await #expect(throws: PostgresError.self) {
                _ = try await stage.planner(makeReference: { "mb-same" }).planDue()
            }
            #expect(
                try await stage.reads.position(cardID: "c2", programID: "prg_stay").position.pendingMicro == 4_000_000)
            try await stage.plan()
            #expect(try await stage.count("true") == 2)
        }
    }

    @Test("Earnings that would overflow are refused and change nothing")
    func overflow() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 1)
            let earning = PositionEarning(cardID: "c1", programID: "prg_stay", unit: .points, micro: .max)
            for earnings in [[earning], [earning, earning]] {
                let statement = PositionStore.earn(earnings, planAt: stage.clock.now())[0]
                await #expect(throws: PostgresError.self) {
                    _ = try await stage.pool.query(statement.sql, statement.parameters)
                }
            }
            #expect(
                try await stage.reads.position(cardID: "c1", programID: "prg_stay").position.earnedMicro == 1_000_000)
        }
    }
}
