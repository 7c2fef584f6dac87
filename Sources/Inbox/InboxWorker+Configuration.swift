extension InboxWorker {
    /// How the worker goes about it.
    package struct Configuration: Sendable, Hashable {
        /// How many entries are applied at once.
        package var concurrency: Int
        /// How long a loop waits for a signal before it looks for itself.
        package var pollInterval: Duration
        /// How often a failing handler is tried before its entry is parked.
        package var attemptsMax: Int
        /// How long preparation may take before another worker may take the entry over.
        package var lease: Duration
        /// The longest wait after a first failure; it doubles with each.
        package var backoffMin: Duration
        /// The longest wait of all.
        package var backoffMax: Duration

        /// Makes a configuration.
        package init(
            concurrency: Int = 4, pollInterval: Duration = .seconds(1), attemptsMax: Int = 12,
            lease: Duration = .seconds(60), backoffMin: Duration = .milliseconds(500),
            backoffMax: Duration = .seconds(300)
        ) {
            self.concurrency = concurrency
            self.pollInterval = pollInterval
            self.attemptsMax = attemptsMax
            self.lease = lease
            self.backoffMin = backoffMin
            self.backoffMax = backoffMax
        }
    }
}
