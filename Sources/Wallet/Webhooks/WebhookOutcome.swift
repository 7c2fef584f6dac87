package import PostgreSQL

/// How one attempt to bring an event to an endpoint ended.
package enum WebhookOutcome: Sendable, Hashable {
    /// The endpoint took it, and answered with this number.
    case delivered(answer: Int)
    /// The endpoint answered that it did not take it.
    case refused(answer: Int)
    /// There was no answer, or nothing was sent.
    case unanswered(Cause)

    /// Why there was no answer; the words are those of metrics and logs.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
        /// Events may not go to the address, or to what its name resolves to.
        case notAllowed = "not_allowed"
        /// The name does not resolve.
        case unknownHost = "unknown_host"
        /// The time was up.
        case timedOut = "timed_out"
        /// No connection, or one that ended early.
        case unreachable
    }
}

/// Brings a delivery to its endpoint, once, at a time; composition fills it with what speaks to the network.
///
/// It judges the answer itself and does not throw: whatever goes wrong is an outcome.
package typealias WebhookCarrier = @Sendable (WalletDelivery, PostgresTimestamp) async -> WebhookOutcome
