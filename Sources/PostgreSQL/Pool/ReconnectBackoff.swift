/// The pause between attempts to connect: doubling up to a limit, half of it at random so that many clients spread out.
struct ReconnectBackoff: Sendable {
    let min: Duration
    let max: Duration

    func pause(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        var ceiling = min
        for _ in 1..<Swift.max(failures, 1) where ceiling < max { ceiling *= 2 }
        let limit = Swift.max(Swift.min(ceiling, max) / .milliseconds(1), 1)
        return .milliseconds(Int64.random(in: Int64(limit / 2)...Int64(limit), using: &generator))
    }
}
