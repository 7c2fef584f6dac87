/// A webhook to be delivered, being delivered, or done with.
public struct SandboxDelivery: Sendable, Hashable, Codable {
    /// The state of a delivery.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// To be sent, or to be sent again.
        case pending
        /// Acknowledged with a 2xx.
        case delivered
        /// Given up after the last attempt.
        case failed
    }

    /// Its number, in the order of creation.
    public var id: UInt64
    /// The kind, which chooses the URL.
    public var kind: SandboxWebhookKind
    /// The exact body.
    public var body: String
    /// Its state.
    public var state: State
    /// How often it was sent since the sandbox started.
    public var attempts: Int
    /// The status of the last answer, or what went wrong.
    public var lastOutcome: String?
    /// The headers of the first attempt, kept for the switch that repeats them.
    var firstTimestamp: String?
}
