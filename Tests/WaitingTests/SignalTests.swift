import Testing
import Waiting

@Suite("Signals", .timeLimit(.minutes(5)))
struct SignalTests {
    @Test("a signal between the look and the wait is not missed")
    func notMissed() async {
        let signal = Signal()
        let seen = signal.count
        signal.raise()
        await signal.wait(beyond: seen)
        #expect(signal.count == seen + 1)
    }

    @Test("one signal wakes all who wait")
    func wakesAll() async {
        let signal = Signal()
        await withDiscardingTaskGroup { group in
            for _ in 0..<20 { group.addTask { await signal.wait(beyond: 0) } }
            await Task.yield()
            signal.raise()
        }
    }

    @Test("a wait with a limit ends at the limit, and its clock is left alone when the signal comes first")
    func limit() async throws {
        let clock = ManualClock()
        let signal = Signal()
        async let timedOut: Void = signal.wait(beyond: 0, atMost: .seconds(5), clock: clock)
        try await until { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(4))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(1))
        await timedOut
        #expect(signal.count == 0)

        async let raised: Void = signal.wait(beyond: 0, atMost: .seconds(5), clock: clock)
        try await until { clock.sleeperCount == 1 }
        signal.raise()
        await raised
        #expect(clock.sleeperCount == 0)
    }

    @Test("a wait for any of several ends with the first, and leaves the others")
    func any() async {
        let signals = [Signal(), Signal(), Signal()]
        for signal in signals {
            let all = signals.map { ($0, $0.count) }
            async let woken: Void = Signal.wait(forAny: all)
            signal.raise()
            await woken
        }
        #expect(signals.map(\.count) == [1, 1, 1])
    }

    @Test("a cancelled task does not wait, with or without a limit")
    func cancelled() async {
        let signal = Signal()
        for limit in [nil, Duration.seconds(3600)] {
            let task = Task { await signal.wait(beyond: 0, atMost: limit) }
            task.cancel()
            await task.value
        }
        #expect(signal.count == 0)
    }

    @Test("signals, limits and cancellations that race lose no signal")
    func race() async {
        let signal = Signal()
        for round in 0..<3000 {
            let seen = signal.count
            let limit: Duration? = round.isMultiple(of: 2) ? nil : .microseconds(round % 50)
            let task = Task { await signal.wait(beyond: seen, atMost: limit) }
            switch round % 3 {
            case 0: signal.raise()
            case 1: task.cancel()
            default:
                async let raised: Void = signal.raise()
                task.cancel()
                await raised
            }
            await task.value
        }
    }

    @Test("who follows a count sees every change, however signals and waits fall")
    func follows() async {
        let signal = Signal()
        let made = Locked(0)
        let last = 5000
        await withDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    while true {
                        let seen = signal.count
                        if made.withLock({ $0 }) == last { return }
                        await signal.wait(beyond: seen)
                    }
                }
            }
            group.addTask {
                for number in 1...last {
                    made.withLock { $0 = number }
                    signal.raise()
                    if number.isMultiple(of: 7) { await Task.yield() }
                }
            }
        }
    }
}
