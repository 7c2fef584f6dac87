/// A webhook to be delivered, being delivered, or done with.
package struct SandboxDelivery: Sendable, Hashable, Codable {
    /// The state of a delivery.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// To be sent, or to be sent again.
        case pending
        /// Acknowledged with a 2xx.
        case delivered
        /// Given up after the last attempt.
        case failed
    }

    /// Its number, in the order of creation.
    package var id: UInt64
    /// The kind, which chooses the URL.
    package var kind: SandboxWebhookKind
    /// The exact body.
    package var body: String
    /// Its state.
    package var state: State
    /// How often it was sent since the sandbox started.
    package var attempts: Int
    /// The status of the last answer, or what went wrong.
    package var lastOutcome: String?
    /// The headers of the first attempt, kept for the switch that repeats them.
    var firstTimestamp: String?
}
