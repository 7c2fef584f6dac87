/// How long to wait before the next attempt: pauses that double with each failure up to a cap, drawn at random so that
/// those who failed together do not come back together.
///
/// **Guarantees** The same failures and the same numbers drawn give the same pause. No input overflows.
package struct Backoff: Sendable, Hashable {
    /// From which part of its span a pause is drawn.
    package enum Jitter: Sendable, Hashable {
        /// From all of it: spreads attempts as far as can be.
        case full
        /// From its upper half: attempts keep a distance too.
        case equal
    }

    /// The longest pause after the first failure; it doubles with each further one.
    package let base: Duration
    /// The longest pause of all; less than `base` cuts that too.
    package let cap: Duration
    /// The shortest pause, unless the longest is shorter.
    package let least: Duration
    /// From which part of its span a pause is drawn.
    package let jitter: Jitter

    /// The longest cap; a longer one is cut to it, so that pauses are counted in microseconds without overflow.
    package static let capMax = Duration.seconds(1_000_000_000)

    /// Makes a rule for pauses; durations below zero count as zero.
    package init(base: Duration, cap: Duration, least: Duration = .zero, jitter: Jitter = .full) {
        self.base = max(base, .zero)
        self.cap = min(max(cap, .zero), Self.capMax)
        self.least = max(least, .zero)
        self.jitter = jitter
    }

    /// The pauses that may follow after so many failures in a row, the last one included; fewer than one counts as one.
    ///
    /// **Cost** At most 62 doublings, whatever the number.
    package func span(afterFailures failures: Int) -> ClosedRange<Duration> {
        var longest = min(base, cap)
        for _ in 0..<min(max(failures, 1) - 1, 62) where longest < cap {
            longest = longest > cap / 2 ? cap : longest * 2
        }
        let shortest = jitter == .full ? Duration.zero : longest / 2
        return min(max(shortest, least), longest)...longest
    }

    /// Draws a pause from ``span(afterFailures:)``, to the microsecond.
    ///
    /// - Parameter random: returns a number of the range it is given, each as likely as another; the system's by
    ///   default.
    package func pause(
        afterFailures failures: Int, random: (ClosedRange<Int64>) -> Int64 = { .random(in: $0) }
    ) -> Duration {
        let span = span(afterFailures: failures)
        return .microseconds(random(span.lowerBound.backoffMicroseconds...span.upperBound.backoffMicroseconds))
    }
}

extension Duration {
    /// Whole microseconds; only for durations up to ``Backoff/capMax``.
    fileprivate var backoffMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
