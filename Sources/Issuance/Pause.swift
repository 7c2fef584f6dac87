/// Pauses that grow with each failure and are drawn at random, so that retries do not arrive together.
enum Pause {
    /// Full jitter: a random part of `min` doubled for each failure, at most `max`.
    static func fullJitter(failures: Int, min: Duration, max: Duration) -> Duration {
        let ceiling = doubled(min, times: failures, max: max)
        return .microseconds(Int64.random(in: 0...Swift.max(1, microseconds(ceiling))))
    }

    /// Equal jitter: at least half of the doubled pause, so that reads keep their distance.
    static func equalJitter(failures: Int, min: Duration, max: Duration) -> Duration {
        let half = doubled(min, times: failures, max: max) / 2
        return half + .microseconds(Int64.random(in: 0...Swift.max(1, microseconds(half))))
    }

    private static func doubled(_ pause: Duration, times: Int, max: Duration) -> Duration {
        Swift.min(pause * (1 << Swift.min(Swift.max(times, 0), 30)), max)
    }

    static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
