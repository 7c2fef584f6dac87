/// How webhooks are sent.
package struct WalletDeliveryConfiguration: Sendable {
    /// How long one attempt may take, from looking up the address to the answer.
    package var attemptTimeout: Duration
    /// Attempts at once.
    package var concurrentAttemptsMax: Int
    /// How long the outbox is left alone when nothing is due.
    package var pollInterval: Duration

    /// Attempts at once to one endpoint, so that a slow one does not take every place.
    static let attemptsPerEndpointMax = 4
    /// How long a claimed delivery stays away should its sender die; far longer than an attempt takes.
    var lease: Duration { max(.seconds(60), attemptTimeout * 3) }

    /// Makes a configuration.
    package init(
        attemptTimeout: Duration = .seconds(10), concurrentAttemptsMax: Int = 32,
        pollInterval: Duration = .milliseconds(500)
    ) {
        self.attemptTimeout = attemptTimeout
        self.concurrentAttemptsMax = concurrentAttemptsMax
        self.pollInterval = pollInterval
    }
}
