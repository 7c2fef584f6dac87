import Synchronization

/// Tokens of webhook receivers in OAuth mode, by the receiver's address.
final class ReceiverTokens: Sendable {
    private let tokens = Mutex<[String: (token: String, until: ContinuousClock.Instant)]>([:])

    func token(_ url: String) -> String? {
        tokens.withLock { tokens in
            guard let kept = tokens[url], kept.until > ContinuousClock().now else { return nil }
            return kept.token
        }
    }

    func keep(_ token: String, for url: String, lifetime: Duration) {
        tokens.withLock { $0[url] = (token, ContinuousClock().now + lifetime) }
    }

    func forget(_ url: String) {
        _ = tokens.withLock { $0.removeValue(forKey: url) }
    }
}
