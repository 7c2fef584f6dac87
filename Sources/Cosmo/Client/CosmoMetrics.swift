import Metrics

/// The numbers this module reports.
package enum CosmoMetrics {
    /// What became of a token.
    package enum TokenResult: String, Sendable, CaseIterable {
        /// Cosmo gave a token.
        case renewed
        /// Cosmo refused our credentials.
        case refused
        /// The token call gave no usable answer.
        case unavailable
        /// Cosmo refused a call with a token that should have been valid; a fresh one was fetched.
        case expired
        /// Cosmo refused a call with a fresh token too.
        case freshRefused = "fresh_refused"
    }

    /// Counts a token that was fetched, or that Cosmo refused.
    static func count(_ result: TokenResult) {
        Counter(label: "multibrand_cosmo_tokens_total", dimensions: [("result", result.rawValue)]).increment()
    }

    /// Counts a destination account that cannot be issued to.
    ///
    /// - Parameters:
    ///   - reason: Why, in UPPER_SNAKE, from a closed list.
    ///   - field: The field that is missing or wrong: one that Cosmo's catalogue names; empty when none is named.
    package static func countRefusedDestination(_ reason: String, field: String) {
        Counter(label: "multibrand_destination_refusals_total", dimensions: [("reason", reason), ("field", field)])
            .increment()
    }

    /// Counts an account that Cosmo refused or does not know, under the names of its fields.
    ///
    /// Only the two names of Cosmo's guide are labels; callers could make any number of others.
    static func countRefusedDestination(_ reason: String, account: CosmoAccount) {
        let known = [CosmoAccount.emailField, CosmoAccount.userIDField]
        let names = Set(account.fields.keys.map { known.contains($0) ? $0 : "other" })
        countRefusedDestination(reason, field: names.sorted().joined(separator: "+"))
    }

    /// Counts one exchange and its duration.
    static func record(_ call: CosmoCall, outcome: String, duration: Duration) {
        Counter(label: "multibrand_cosmo_calls_total", dimensions: [("call", call.rawValue), ("outcome", outcome)])
            .increment()
        Timer(label: "multibrand_cosmo_call_duration_seconds", dimensions: [("call", call.rawValue)])
            .record(duration: duration)
    }
}
