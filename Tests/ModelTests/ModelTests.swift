import Audit
import Foundation
import Synchronization
import Testing

/// Random histories of the whole business against a reference that keeps lists and adds them up.
///
/// `MULTIBRAND_MODEL_HISTORIES`, `MULTIBRAND_MODEL_STEPS` and `MULTIBRAND_MODEL_SEED` ask for another run; docs/testing.md
/// says how. A failing history prints its seed, its last operations and the command that repeats it.
@Suite("Model", .timeLimit(.minutes(60)))
struct ModelTests {
    private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment["MULTIBRAND_MODEL_\(name)"].flatMap { UInt64($0) } ?? standard
    }

    @Test("After every step of any history the database says what a plain reference says, and I-1 to I-8 hold")
    func histories() async throws {
        let run = Run(
            seeds: Self.setting("SEED", 1), count: Self.setting("HISTORIES", 200),
            steps: Int(Self.setting("STEPS", 200)))
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { lanes in
            for _ in 0..<4 {
                lanes.addTask { while let seed = run.nextSeed() { await Self.play(seed, run) } }
            }
        }
        let took = ContinuousClock.now - began
        print("model: \(run.count) histories of \(run.steps) steps from seed \(run.first) in \(took)")
        let tally = run.tally.counts
        for (name, number) in tally.sorted(by: { $0.key < $1.key }) { print("model: \(number) \(name)") }
        if run.count >= 200, run.steps >= 200, !run.hasFailed { Self.expectEverythingHappened(tally) }
    }

    private static func play(_ seed: UInt64, _ run: Run) async {
        do {
            // Every fifth history meets a Cosmo that never fails.
            let tally = try await House.with(seed: seed, mishapPercent: seed % 5 == 0 ? 0 : 35) { house in
                let history = History(seed: seed, house: house)
                try await history.run(steps: run.steps)
                let report = try await Verify(pool: house.pool, logger: House.logger)()
                guard report.isClean else {
                    throw history.fault("verify found \(report.violations.prefix(5).map(\.description))")
                }
                return history.tally
            }
            run.add(tally)
        } catch {
            run.fail()
            Issue.record("\(error)")
        }
    }

    /// What the lanes of a run share.
    private final class Run: Sendable {
        let first: UInt64
        let count: UInt64
        let steps: Int
        private let state: Mutex<State>

        private struct State {
            var next: UInt64
            var tally = History.Tally()
            var hasFailed = false
        }

        init(seeds first: UInt64, count: UInt64, steps: Int) {
            self.first = first
            self.count = count
            self.steps = steps
            state = Mutex(State(next: first))
        }

        var tally: History.Tally { state.withLock { $0.tally } }
        var hasFailed: Bool { state.withLock { $0.hasFailed } }

        /// The next history's seed; nil when there are enough, or one has failed.
        func nextSeed() -> UInt64? {
            state.withLock { state in
                guard !state.hasFailed, state.next < first + count else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        func add(_ tally: History.Tally) { state.withLock { $0.tally.add(tally) } }
        func fail() { state.withLock { $0.hasFailed = true } }
    }

    /// A run that never came to a case proves nothing about it.
    private static func expectEverythingHappened(_ tally: [String: Int]) {
        for name in [
            "spends", "concurrent spends", "repeated spends", "conflicting spends", "spends refused in part",
            "parked legs", "settled legs", "clearings", "late clearings by authorization", "late clearings by clearing",
            "late clearings by latest", "reversals", "connection events", "repeated connection events", "allocations",
            "issues planned", "issues confirmed", "issues seen unknown", "issues seen parked", "transaction webhooks",
            "issues resolved by hand", "issues retried by hand", "configurations", "refunds", "refunds in part",
            "spends refunded in full", "refunds undone", "refunds attributed anew", "refunds of too much",
            "conflicting refunds", "repeated refunds", "refunds before their spend", "refunds that met their spend",
            "refunds held", "refunds by EXACT_LINK", "refunds by SAME_MERCHANT_AND_AMOUNT",
            "refunds by FIRST_IN_FIRST_OUT", "debts seen", "debts written off", "issues withdrawn",
        ] {
            #expect(tally[name, default: 0] > 0, "no history came to: \(name)")
        }
    }
}
