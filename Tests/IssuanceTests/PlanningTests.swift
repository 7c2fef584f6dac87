import Cosmo
import Issuance
import PostgreSQL
import Rewards
import Synchronization
import TestSupport
import Testing

/// From positions to planned issuances, on a real database.
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
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .planned && issuance.sentValue == 42 && issuance.sentCurrency == "POINTS")
            #expect(issuance.account.userID == "M-c1" && issuance.firstSentAt == nil)
            try await stage.checkBooks()
        }
    }

    @Test("Below the minimum nothing is planned; above the maximum the issuances are chunked")
    func limits() async throws {
        try await Stage.with(issuance: { $0.chunksPerPlanMax = 2 }) { stage in
            stage.setTerms("prg_sky", ProgramTerms(minimumPoints: 100, maximumPoints: 1_000))
            try await stage.earn("c1", "prg_sky", points: 99)
            try await stage.plan()
            #expect(try await stage.count("true") == 0)
            try await stage.earn("c1", "prg_sky", points: 4_950)
            try await stage.plan()
            let values = try await stage.reads.issuances().issuances.map(\.sentValue)
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
            #expect(try await stage.reads.issuances().issuances.map(\.sentValue) == [100, 7])
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
                    PositionStore().planAgain(
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
            #expect(try await stage.theIssuance().sentValue == 50)
        }
    }

    @Test("A plan delay gathers several earnings into one issuance, and counts from the first of them")
    func planDelay() async throws {
        try await Stage.with(issuance: { $0.planDelay = .seconds(90) }) { stage in
            let began = stage.clock.now()
            for _ in 0..<3 {
                try await stage.earn("c1", "prg_stay", points: 2)
                let pass = try await stage.planner().planDue()
                #expect(pass.positionCount == 0 && !pass.hasMore)
                stage.clock.advance(.seconds(9))
            }
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            let planAt = try #require(position.planAt)
            let delay = planAt.duration(since: began)
            #expect(delay >= .seconds(90) && delay < .seconds(99), "the last earning moved the time on")
            #expect(position.changedAt < planAt, "a change was dated to when it is planned")
            #expect(try await stage.planner().planDue().nextPlanAt == planAt)

            stage.clock.advance(.seconds(64))
            try await stage.plan()
            #expect(try await stage.theIssuance().sentValue == 6)
            try await stage.checkBooks()
        }
    }

    @Test("A claw-back is planned at once, whatever the delay: what a card owes must not be sent")
    func clawbackIsNotDelayed() async throws {
        try await Stage.with(issuance: { $0.planDelay = .seconds(30) }) { stage in
            try await stage.earn("c1", "prg_stay", points: 9)
            stage.clock.advance(.seconds(31))
            try await stage.plan()
            try await stage.clawBack("c1", "prg_stay", points: 9)
            #expect(try await stage.planner().planDue().withdrawnCount == 1)
        }
    }

    @Test("A planner that runs wakes when the plan time comes, not with its next poll")
    func wakesInTime() async throws {
        let delay = Duration.milliseconds(300)
        try await Stage.with(issuance: {
            $0.planDelay = delay
            $0.pollInterval = .seconds(3_600)
        }) { stage in
            let planner = stage.planner()
            let running = Task { try await planner.run() }
            try await stage.earn("c1", "prg_stay", points: 1)
            let earnedBy = ContinuousClock.now
            planner.wake()
            try await eventually("the position is planned") { try await stage.count("status = 'planned'") == 1 }
            #expect(earnedBy.duration(to: .now) > .milliseconds(200), "it was planned before its time")
            running.cancel()
            _ = await running.result
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

    @Test("A reference number that exists undoes the plan of its position, which later succeeds with another")
    func referenceCollision() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 3)
            _ = try await stage.planner(makeReference: { _ in "mb-same" }).planDue()
            try await stage.earn("c2", "prg_stay", points: 4)
            #expect(try await stage.planner(makeReference: { _ in "mb-same" }).planDue().refusedCount == 1)
            #expect(
                try await stage.reads.position(cardID: "c2", programID: "prg_stay").position.pendingMicro == 4_000_000)
            stage.clock.advance(.seconds(1))
            try await stage.plan()
            #expect(try await stage.count("true") == 2)
        }
    }

    @Test("A position whose plan is refused says so and waits, longer each time; the others are planned")
    func refusedRow() async throws {
        try await Stage.with(issuance: {
            $0.backoffMin = .seconds(10)
            $0.planBatchMax = 3
        }) { stage in
            for card in 0..<8 { try await stage.earn("c\(card)", "prg_stay", points: 5) }
            _ = try await stage.pool.query(
                "alter table issuances add constraint issuances_refused check (card_id <> 'c1')")
            let planner = stage.planner()
            var refused = 0
            for _ in 0..<10 { refused += try await planner.planDue().refusedCount }
            #expect(refused == 1)
            #expect(try await stage.count("status = 'planned'") == 7)
            let first = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(first.blockedReason == "PLANNING_REFUSED" && first.position.pendingMicro == 5_000_000)
            let firstPause = try #require(first.planAt).duration(since: first.changedAt)

            stage.clock.advance(firstPause)
            #expect(try await planner.planDue().refusedCount == 1)
            let second = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            let secondPause = try #require(second.planAt).duration(since: second.changedAt)
            #expect(firstPause >= .seconds(5) && firstPause <= .seconds(10))
            #expect(secondPause >= .seconds(10) && secondPause <= .seconds(20))

            _ = try await stage.pool.query("alter table issuances drop constraint issuances_refused")
            stage.clock.advance(secondPause)
            try await stage.plan()
            let mended = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(mended.blockedReason == nil && mended.planAt == nil)
            #expect(try await stage.count("status = 'planned'") == 8)
            try await stage.checkBooks()
        }
    }

    @Test("A position whose row takes no change at all is passed over as well")
    func refusedPosition() async throws {
        try await Stage.with(issuance: {
            $0.backoffMin = .seconds(10)
            $0.planBatchMax = 2
        }) { stage in
            for card in 0..<5 { try await stage.earn("c\(card)", "prg_stay", points: 5) }
            _ = try await stage.pool.query(
                """
                alter table positions add constraint positions_refused
                    check (card_id <> 'c0' or (in_flight_micro = 0 and blocked_reason is null))
                """)
            let planner = stage.planner()
            var refused = 0
            for _ in 0..<10 { refused += try await planner.planDue().refusedCount }
            #expect(refused == 1, "the same position was tried again without a pause")
            #expect(try await stage.count("status = 'planned'") == 4)
            stage.clock.advance(.seconds(11))
            #expect(try await planner.planDue().refusedCount == 1)
            _ = try await stage.pool.query("alter table positions drop constraint positions_refused")
            stage.clock.advance(.seconds(21))
            #expect(try await planner.planDue().issuanceCount == 1)
            try await stage.checkBooks()
        }
    }

    @Test("Earnings that would overflow are refused and change nothing")
    func overflow() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 1)
            let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
            let earning = PositionChange.earned(key, micro: .max)
            for earnings in [[earning], [earning, earning]] {
                let statement = PositionStore().change(earnings, at: stage.clock.now())[0]
                await #expect(throws: PostgresError.self) {
                    _ = try await stage.pool.query(statement.sql, statement.parameters)
                }
            }
            #expect(
                try await stage.reads.position(cardID: "c1", programID: "prg_stay").position.earnedMicro == 1_000_000)
        }
    }
}
