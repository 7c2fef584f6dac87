package import HTTPDoor

/// How the wallet's REST door listens, and what it takes at most.
package struct WalletServerConfiguration: Sendable {
    /// How often one credential may call (contract U27).
    package struct RateLimit: Sendable, Hashable {
        /// Requests a second that are let through in the long run.
        package var requestsPerSecond: Int
        /// Requests that are let through at once after a rest.
        package var burst: Int

        /// Makes a limit.
        package init(requestsPerSecond: Int, burst: Int) {
            self.requestsPerSecond = requestsPerSecond
            self.burst = burst
        }
    }

    /// Where and how it listens.
    package var listening: HTTPDoorConfiguration
    /// The largest body of a request.
    package var bodyBytesMax: Int
    /// How long the answer to a request whose body has arrived may take.
    package var requestTimeout: Duration
    /// The limit of each credential; nil for none.
    package var rateLimit: RateLimit?

    /// Makes a configuration.
    package init(
        listening: HTTPDoorConfiguration = HTTPDoorConfiguration(), bodyBytesMax: Int = 65_536,
        requestTimeout: Duration = .seconds(30), rateLimit: RateLimit? = nil
    ) {
        self.listening = listening
        self.bodyBytesMax = bodyBytesMax
        self.requestTimeout = requestTimeout
        self.rateLimit = rateLimit
    }
}
