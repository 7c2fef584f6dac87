import CosmoSandbox
import PostgreSQL
import Rewards
import TestSupport
import Testing

@testable import Issuance

/// Workers that do not poll, since their poll interval is a day, and that nobody wakes.
@Suite("Idle workers", .timeLimit(.minutes(10)))
struct IdleWorkersTests {
    private static func with(_ body: (Stage) async throws -> Void) async throws {
        try await Stage.with(
            sandbox: { $0.switches.sendsTransactionWebhooks = false },
            issuance: { $0.pollInterval = .seconds(86_400) }, body)
    }

    private static func putOff(_ stage: Stage, by pause: Duration) async throws {
        _ = try await stage.pool.query(
            "update issuances set due_at = $1", [.timestamptz(stage.clock.now().advanced(by: pause))])
    }

    @Test("The sender sends what was put off when it is due")
    func sender() async throws {
        try await Self.with { stage in
            for card in ["c1", "c2"] { try await stage.earn(card, "prg_stay", points: 1) }
            try await stage.plan()
            try await Self.putOff(stage, by: .milliseconds(300))
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("both are sent") { try await stage.count("status = 'accepted'") == 2 }
                sender.stop()
                try await group.waitForAll()
            }
        }
    }

    @Test("The resolver reads what nobody has confirmed when it is due")
    func resolver() async throws {
        try await Self.with { stage in
            try await stage.earn("c1", "prg_stay", points: 1)
            try await stage.plan()
            try await stage.send()
            try await Self.putOff(stage, by: .milliseconds(300))
            let resolver = stage.resolver()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await resolver.run() }
                try await eventually("it is confirmed") { try await stage.count("status = 'confirmed'") == 1 }
                group.cancelAll()
            }
        }
    }

    @Test("What is due next is the earliest of all programs, and nothing that is due now")
    func nextDue() async throws {
        try await Self.with { stage in
            let now = stage.clock.now()
            func planned() async throws -> PostgresTimestamp? {
                try await stage.pool.first(IssuanceStore.nextPlannedDueAt(after: now))
            }
            #expect(try await planned() == nil)
            for program in ["prg_c", "prg_a", "prg_b"] { try await stage.earn("c1", program, points: 1) }
            try await stage.plan()
            _ = try await stage.pool.query(
                """
                update issuances set due_at = $1::timestamptz + case program_id
                    when 'prg_a' then interval '-1 second' when 'prg_b' then interval '7 seconds'
                    else interval '9 seconds' end
                """, [.timestamptz(now)])
            #expect(try await planned() == now.advanced(by: .seconds(7)))
        }
    }

    @Test("A program that rests, and a position that rests in this process, end the wait")
    func rests() {
        let now = PostgresTimestamp(microsecondsSinceEpoch: 0)
        var slots = SenderSlots(totalMax: 2, perProgramMax: 1)
        #expect(slots.nextRestEnd(after: now) == nil)
        for (program, seconds) in [("a", 5), ("b", 3)] {
            slots.failed(program) { _ in now.advanced(by: .seconds(seconds)) }
        }
        #expect(slots.nextRestEnd(after: now) == now.advanced(by: .seconds(3)))
        #expect(slots.nextRestEnd(after: now.advanced(by: .seconds(3))) == now.advanced(by: .seconds(5)))
        slots.answered("a")
        #expect(slots.nextRestEnd(after: now.advanced(by: .seconds(3))) == nil)

        var setbacks = PlanSetbacks()
        let key = PositionKey(cardID: "c", programID: "p", unit: .points)
        let end = setbacks.refused(key, at: now, pauseMin: .seconds(2), pauseMax: .seconds(8))
        #expect(setbacks.nextRestEnd(after: now) == end)
        #expect(setbacks.nextRestEnd(after: end) == nil)
        setbacks.written(key)
        #expect(setbacks.nextRestEnd(after: now) == nil, "its row says so itself")
    }
}
