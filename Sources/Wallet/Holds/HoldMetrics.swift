import Metrics
import PostgreSQL

/// What became of holds, as metrics.
enum HoldMetrics {
    /// Counts holds that have entered a status, after their commit.
    static func count(_ status: HoldStatus, _ environment: WalletEnvironment, _ number: Int = 1) {
        Counter(
            label: "multibrand_wallet_holds_total",
            dimensions: [("environment", environment.rawValue), ("status", status.rawValue.lowercased())]
        ).increment(by: number)
    }

    /// Counts what a call has answered, unless an earlier one did it.
    static func count(
        _ answer: WalletAnswer<WalletHold>, _ environment: WalletEnvironment, at now: PostgresTimestamp
    ) -> WalletAnswer<WalletHold> {
        let hold = answer.value
        if !answer.isReplayed, (hold.endedAt ?? hold.createdAt) == max(now, hold.createdAt) {
            count(hold.status, environment)
        }
        return answer
    }
}
