import Foundation
import Logging
import Synchronization

/// Whether Cosmo can be used now, according to the latest calls.
///
/// **Guarantees** An outage is logged once for each cause, at warning and with what to do, even if the causes
/// alternate; its end is logged once.
/// **Concurrency** Safe from any task.
package final class CosmoHealth: Sendable {
    /// Calls that fail, without one in between that was answered.
    package struct Outage: Sendable, Hashable {
        /// When the first of them failed, microseconds since 1970.
        package let sinceMicros: Int64
        /// Why the latest failed.
        package let reason: CosmoError.Reason
    }

    /// The two things that are answered apart: a token may be had while calls fail, and is not asked for with each.
    enum Side: Hashable { case token, calls }

    private struct State {
        var outage: Outage
        /// The causes of the outage that were logged.
        var causes: Set<CosmoError.Reason>
    }

    private let logger: Logger
    private let outages = Mutex<[Side: State]>([:])

    init(logger: Logger) { self.logger = logger }

    /// The outage that goes on; nil while Cosmo answers.
    package var outage: Outage? { outages.withLock { $0[.token] ?? $0[.calls] }?.outage }

    func answered(_ side: Side) {
        guard outages.withLock({ $0.removeValue(forKey: side) }) != nil else { return }
        logger.notice("Cosmo answers again", metadata: ["asked_for": "\(side)"])
    }

    func failed(_ side: Side, _ reason: CosmoError.Reason) {
        let isNews = outages.withLock { outages in
            let before = outages[side]
            let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
            var causes = before?.causes ?? []
            let isNews = causes.insert(reason).inserted
            let outage = Outage(sinceMicros: before?.outage.sinceMicros ?? now, reason: reason)
            outages[side] = State(outage: outage, causes: causes)
            return isNews
        }
        guard isNews else { return }
        logger.warning(
            "Cosmo cannot be used: \(reason.advice)",
            metadata: ["reason": "\(reason.rawValue)", "asked_for": "\(side)"])
    }

    /// Records the result of an exchange.
    ///
    /// An answer below 500 shows that calls are answered. A token call works only if it returns a token.
    func note(_ call: CosmoCall, status: Int) {
        switch (call, status) {
        case (.token, 200..<300): answered(.token)
        case (.token, 429), (.token, 408), (.token, 500...): failed(.token, .tokenUnavailable)
        case (.token, 400..<500): failed(.token, .credentialsRefused)
        case (.token, _): failed(.token, .tokenUnavailable)
        case (_, 500...): failed(.calls, .serverError)
        case (_, 429): failed(.calls, .rateLimited)
        default: answered(.calls)
        }
    }

    /// Takes why an exchange ended without an answer; a caller who went away says nothing of Cosmo.
    func note(_ call: CosmoCall, _ error: CosmoError) {
        guard error.reason != .cancelled else { return }
        failed(call == .token ? .token : .calls, error.reason)
    }
}
