import Metrics

/// What the door counts.
enum WalletMetrics {
    static func answered(_ endpoint: String, status: Int, in elapsed: Duration) {
        Counter(
            label: "multibrand_wallet_requests_total", dimensions: [("endpoint", endpoint), ("status", "\(status)")]
        ).increment()
        let (seconds, attoseconds) = elapsed.components
        Timer(label: "multibrand_wallet_request_seconds", dimensions: [("endpoint", endpoint)])
            .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
