import Testing
import Waiting

@Suite("Pauses between attempts")
struct BackoffTests {
    static let milliseconds: [(failures: Int, full: ClosedRange<Int64>, equal: ClosedRange<Int64>)] = [
        (Int.min, 0...100, 50...100), (0, 0...100, 50...100), (1, 0...100, 50...100), (2, 0...200, 100...200),
        (3, 0...400, 200...400), (4, 0...800, 400...800), (5, 0...900, 450...900), (6, 0...900, 450...900),
        (Int.max, 0...900, 450...900),
    ]

    @Test(
        "a pause doubles with each failure up to the cap: full jitter from nothing, equal jitter from half",
        arguments: milliseconds)
    func spans(failures: Int, full: ClosedRange<Int64>, equal: ClosedRange<Int64>) {
        let (base, cap) = (Duration.milliseconds(100), Duration.milliseconds(900))
        for (jitter, span) in [(Backoff.Jitter.full, full), (.equal, equal)] {
            let backoff = Backoff(base: base, cap: cap, jitter: jitter)
            #expect(
                backoff.span(afterFailures: failures)
                    == .milliseconds(span.lowerBound) ... .milliseconds(span.upperBound))
            #expect(backoff.pause(afterFailures: failures) { $0.lowerBound } == .milliseconds(span.lowerBound))
            #expect(backoff.pause(afterFailures: failures) { $0.upperBound } == .milliseconds(span.upperBound))
        }
    }

    @Test("the random source is asked once, for microseconds of the span")
    func random() {
        var asked: [ClosedRange<Int64>] = []
        let pause = Backoff(base: .milliseconds(3), cap: .seconds(1)).pause(afterFailures: 2) { range in
            asked.append(range)
            return 4321
        }
        #expect(asked == [0...6000])
        #expect(pause == .microseconds(4321))
    }

    @Test("a least pause holds for as long as the longest is not shorter")
    func least() {
        let backoff = Backoff(base: .milliseconds(4), cap: .milliseconds(40), least: .milliseconds(6))
        #expect(backoff.span(afterFailures: 1) == .milliseconds(4) ... .milliseconds(4))
        #expect(backoff.span(afterFailures: 2) == .milliseconds(6) ... .milliseconds(8))
        let equal = Backoff(base: .milliseconds(4), cap: .milliseconds(40), least: .milliseconds(6), jitter: .equal)
        #expect(equal.span(afterFailures: 5) == .milliseconds(20) ... .milliseconds(40))
    }

    @Test(
        "odd durations give a pause all the same",
        arguments: [
            (Duration.seconds(-1), Duration.seconds(5), Duration.zero), (.seconds(1), .seconds(-5), .zero),
            (.zero, .seconds(5), .zero), (.seconds(9), .seconds(5), .seconds(5)),
            (.seconds(Int64.max), .seconds(Int64.max), Backoff.capMax),
            (.nanoseconds(1), .seconds(Int64.max), Backoff.capMax),
        ])
    func odd(base: Duration, cap: Duration, longest: Duration) {
        let backoff = Backoff(base: base, cap: cap)
        #expect(backoff.span(afterFailures: Int.max) == .zero...longest)
        #expect(backoff.pause(afterFailures: Int.max) { $0.upperBound } == longest)
    }

    @Test("drawn pauses lie in the span and are spread over it")
    func drawn() {
        var generator = Seeded(7)
        let backoff = Backoff(base: .seconds(1), cap: .seconds(8))
        let pauses = (0..<1000).map { _ in
            backoff.pause(afterFailures: 3) { Int64.random(in: $0, using: &generator) }
        }
        #expect(pauses.allSatisfy { backoff.span(afterFailures: 3).contains($0) })
        for quarter in 0..<4 {
            let part = Duration.seconds(quarter)..<Duration.seconds(quarter + 1)
            #expect((200...300).contains(pauses.count { part.contains($0) }), "seed 7, second \(quarter)")
        }
    }
}
