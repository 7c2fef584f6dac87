import Metrics

/// What the door and the sender count.
enum WalletMetrics {
    static func answered(_ endpoint: String, status: Int, in elapsed: Duration) {
        Counter(
            label: "multibrand_wallet_requests_total", dimensions: [("endpoint", endpoint), ("status", "\(status)")]
        ).increment()
        let (seconds, attoseconds) = elapsed.components
        Timer(label: "multibrand_wallet_request_seconds", dimensions: [("endpoint", endpoint)])
            .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    static func delivered(_ result: String) {
        Counter(label: "multibrand_wallet_deliveries_total", dimensions: [("result", result)]).increment()
    }
}
