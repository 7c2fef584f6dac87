import Foundation
import Synchronization
import Testing

/// Random histories of the whole business against a reference that keeps lists and adds them up.
///
/// `MULTIBRAND_MODEL_HISTORIES`, `MULTIBRAND_MODEL_STEPS` and `MULTIBRAND_MODEL_SEED` ask for another run;
/// docs/testing.md says how. A failing history prints its seed, its last operations and the command that repeats it.
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
        let tally = run.tally
        for line in tally.lines { print("model: \(line)") }
        if run.count >= 200, run.steps >= 200, !run.hasFailed { Self.expectEverythingHappened(tally) }
    }

    private static func play(_ seed: UInt64, _ run: Run) async {
        let clock = ContinuousClock()
        let began = clock.now
        do {
            // Every fifth history meets a Cosmo that never fails.
            var (tally, within) = try await ServiceUnderTest.with(seed: seed, mishapPercent: seed % 5 == 0 ? 0 : 35) {
                service in
                let entered = clock.now
                let history = History(seed: seed, service: service)
                try await history.run(steps: run.steps)
                return (history.tally, entered..<clock.now)
            }
            tally.time("making the database", since: began, until: within.lowerBound)
            tally.time("dropping the database", since: within.upperBound)
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
            var tally = Tally()
            var played = 0
            var hasFailed = false
        }

        init(seeds first: UInt64, count: UInt64, steps: Int) {
            self.first = first
            self.count = count
            self.steps = steps
            state = Mutex(State(next: first))
        }

        var tally: Tally { state.withLock { $0.tally } }
        var hasFailed: Bool { state.withLock { $0.hasFailed } }

        /// The next history's seed; nil when there are enough, or one has failed.
        func nextSeed() -> UInt64? {
            state.withLock { state in
                guard !state.hasFailed, state.next < first + count else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        /// Adds what a history did; a long run says now and then how far it is.
        func add(_ tally: Tally) {
            let played = state.withLock { state in
                state.tally.add(tally)
                state.played += 1
                return state.played
            }
            if played % 100 == 0, count > 200 { print("model: \(played) of \(count) histories, none failed") }
        }

        func fail() { state.withLock { $0.hasFailed = true } }
    }

    /// A run that never came to a case proves nothing about it.
    private static func expectEverythingHappened(_ tally: Tally) {
        for operation in Operation.allCases {
            #expect(!operation.floors.isEmpty, "\(operation.rawValue) need have no effect")
            for (effect, floor) in operation.floors {
                let count = tally.counts[effect, default: 0]
                #expect(count >= floor, "\(operation.rawValue): \(count) \(effect), at least \(floor) are expected")
            }
        }
    }
}
