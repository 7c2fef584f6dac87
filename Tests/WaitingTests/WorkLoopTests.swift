import Logging
import TestSupport
import Testing
import Waiting

@Suite("Work loops", .timeLimit(.minutes(5)))
final class WorkLoopTests: Sendable {
    private let clock = ManualClock()
    private let log = RecordedLog()
    private let signal = Signal()
    private let steps = Locked(0)

    private func loop(poll: Duration?, rest: WorkLoop.Rest? = nil) -> WorkLoop {
        WorkLoop(
            "working", wake: signal, poll: poll, rest: rest,
            backoff: Backoff(base: .seconds(2), cap: .seconds(8), jitter: .equal), clock: clock,
            random: { $0.upperBound }, logger: log.logger)
    }

    /// Runs a loop, whose steps are numbered from 1, beside a body.
    private func with(
        poll: Duration?, rest: WorkLoop.Rest? = nil, step: @escaping @Sendable (Int) async throws -> WorkLoop.Next,
        _ body: () async throws -> Void
    ) async throws {
        let loop = loop(poll: poll, rest: rest)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                await loop.run {
                    let number = self.steps.withLock {
                        $0 += 1
                        return $0
                    }
                    return try await step(number)
                }
            }
            try await body()
            group.cancelAll()
        }
    }

    private var count: Int { steps.withLock { $0 } }

    @Test("steps follow each other while more is due, then wait for the poll interval or less")
    func pauses() async throws {
        try await with(poll: .seconds(10)) { number in
            switch number {
            case 1...3: .more
            case 4: .idle()
            case 5: .idle(atMost: .seconds(3))
            case 6: .idle(atMost: .seconds(300))
            default: .idle(atMost: .seconds(-1))
            }
        } _: {
            try await until { clock.sleeperCount == 1 }
            #expect(count == 4)
            clock.advance(by: .seconds(10))
            try await until { count == 5 && clock.sleeperCount == 1 }
            clock.advance(by: .seconds(3))
            try await until { count == 6 && clock.sleeperCount == 1 }
            clock.advance(by: .seconds(10))
            try await until { count > 8 }
        }
        #expect(Array(clock.slept.prefix(4)) == [.seconds(10), .seconds(3), .seconds(10), .zero])
    }

    @Test("while there is no work it looks less and less often, and at its pace again once something happens")
    func rests() async throws {
        let stir = Signal()
        let (clock, times) = (clock, Locked<[Duration]>([]))
        try await with(poll: .seconds(1), rest: .init(upTo: .seconds(5), until: stir)) { number in
            times.withLock { $0.append(clock.now.offset) }
            return number == 6 ? .more : .idle(atMost: number == 5 ? .seconds(3) : nil)
        } _: {
            func run(untilStep number: Int) async throws {
                try await until {
                    // While the loop sleeps, only the clock below lets it take a step: the count is final.
                    guard clock.sleeperCount == 1 else { return false }
                    if count >= number { return true }
                    clock.advance(by: .seconds(1))
                    return false
                }
            }
            try await run(untilStep: 9)
            stir.raise()
            try await run(untilStep: 11)
        }
        // 1, 2, 4, 5; 3 because work is known to be due then; 0 because there was more; 1, 2; the signal: 1, 1.
        let expected = [0, 1, 3, 7, 12, 15, 15, 16, 18, 19, 20].map { Duration.seconds($0) }
        #expect(times.withLock { Array($0.prefix(11)) } == expected)
    }

    @Test("it is behind from a signal until a step that began later finds nothing")
    func behind() async throws {
        let (signal, steps) = (signal, steps)
        let loop = loop(poll: nil)
        #expect(!loop.isBehind)
        signal.raise()
        #expect(loop.isBehind, "although it does not run")
        await loop.run {
            let number = steps.withLock {
                $0 += 1
                return $0
            }
            switch number {
            case 1: return .more
            case 2:
                #expect(loop.isBehind)
                signal.raise()
                return .idle()
            case 3:
                #expect(loop.isBehind, "a signal came during the step that found nothing")
                return .idle(atMost: .zero)
            default:
                #expect(!loop.isBehind)
                return .end
            }
        }
    }

    @Test("a process that can take no more stays behind until a step finds nothing")
    func full() async throws {
        let (signal, steps) = (signal, steps)
        let loop = loop(poll: nil)
        signal.raise()
        await loop.run {
            #expect(loop.isBehind)
            let number = steps.withLock {
                $0 += 1
                return $0
            }
            // What is under way ends meanwhile.
            signal.raise()
            return number == 1 ? .full : .end
        }
        #expect(loop.isBehind && steps.withLock { $0 } == 2)
    }

    @Test("of tasks that share a loop, one that does not poll waits for the signal alone")
    func sharedPolls() async throws {
        let (signal, steps) = (signal, steps)
        let loop = loop(poll: .seconds(1), rest: .init(until: Signal()))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                await loop.run(polls: false) {
                    steps.withLock { $0 += 1 }
                    return .idle()
                }
            }
            try await until { count == 1 }
            signal.raise()
            try await until { count == 2 }
            #expect(clock.slept.isEmpty)
            group.cancelAll()
        }
    }

    @Test("a signal wakes it; one that comes during a step makes it run another")
    func wakes() async throws {
        let signal = signal
        try await with(poll: nil) { number in
            if number == 2 { signal.raise() }
            return .idle()
        } _: {
            try await until { count == 1 }
            signal.raise()
            try await until { count == 3 }
            signal.raise()
            try await until { count == 4 }
        }
        #expect(clock.slept.isEmpty, "a loop that polls nothing sets no clock")
    }

    @Test("it goes on after errors, later and later, and a signal ends a pause")
    func backsOff() async throws {
        try await with(poll: .seconds(1)) { number in
            if (1...5).contains(number) { throw Failure() }
            return .idle()
        } _: {
            for number in 1...3 {
                try await until { count == number && clock.sleeperCount == 1 }
                clock.advance(by: .seconds(8))
            }
            try await until { count == 4 && clock.sleeperCount == 1 }
            signal.raise()
            try await until { count == 5 && clock.sleeperCount == 1 }
            clock.advance(by: .seconds(8))
            try await until { count == 6 && clock.sleeperCount == 1 }
        }
        #expect(clock.slept == [2, 4, 8, 8, 8, 1].map { .seconds($0) })
    }

    @Test("an outage is logged once a cause, and its end once")
    func logs() async throws {
        try await with(poll: .zero) { number in
            switch number {
            case 1...6: throw Failure(number: number % 2)
            case 9: throw Failure(number: 1)
            default: return .idle()
            }
        } _: {
            try await until {
                clock.advance(by: .seconds(8))
                return count >= 12
            }
        }
        let failed = "warning working failed; will retry until it succeeds"
        let again = "notice working succeeds again"
        #expect(log.all == [failed, failed, again, failed, again])
    }

    private struct Echo: ReportedError {
        var isReported: Bool { true }
    }

    @Test("what its source has logged is logged at debug, and its end is not news")
    func echo() async throws {
        try await with(poll: nil) { number in
            if number < 3 { throw Echo() }
            return .idle()
        } _: {
            try await until {
                clock.advance(by: .seconds(8))
                return count == 3
            }
        }
        #expect(log.all == ["debug working failed; will retry until it succeeds"])
    }

    @Test("a cancellation error of a task that is not cancelled is an error like another")
    func strayCancellation() async throws {
        try await with(poll: .seconds(1)) { number in
            if number == 1 { throw CancellationError() }
            return .idle()
        } _: {
            try await until { clock.sleeperCount == 1 }
            clock.advance(by: .seconds(8))
            try await until { count == 2 }
        }
    }

    @Test("tasks that share a loop share its outages, and a failure that another's success has overtaken is not news")
    func shared() async {
        let outages = OutageLog(begin: "out", end: "back", logger: log.logger)
        let successes = outages.successes
        outages.failed(Failure(), after: successes)
        outages.failed(Failure(), after: successes)
        outages.succeeded()
        outages.failed(Failure(), after: successes)
        #expect(log.all == ["warning out", "notice back"])
        for number in 0..<100 { outages.failed(Failure(number: number), after: outages.successes) }
        #expect(log.all.count == 2 + Outage.causesMax)
    }

    @Test("cancellation ends a loop wherever it is")
    func cancelled() async {
        for round in 0..<1000 {
            let signal = Signal()
            let loop = WorkLoop(
                "working", wake: signal, poll: round.isMultiple(of: 2) ? nil : .milliseconds(1),
                backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(1)), logger: log.logger)
            let task = Task {
                await loop.run {
                    await Task.yield()
                    if round.isMultiple(of: 5) { throw Failure() }
                    return round.isMultiple(of: 3) ? .more : .idle()
                }
            }
            signal.raise()
            if round.isMultiple(of: 7) { await Task.yield() }
            task.cancel()
            await task.value
        }
    }
}
