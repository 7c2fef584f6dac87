import Rewards

extension Backoff {
    /// A pause drawn by the system's generator.
    func drawn(afterFailures failures: Int) -> Duration {
        pause(afterFailures: failures) { Int64.random(in: $0) }
    }
}
