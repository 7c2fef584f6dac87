import Synchronization

/// Lets each credential call so often, by a token bucket of its own.
///
/// **Concurrency** Any number of callers; each takes a lock for a moment.
/// **Cost** Memory for the credentials that called lately: buckets that have filled up again are forgotten.
final class RateLimiter: Sendable {
    private struct State {
        var buckets: [String: TokenBucket] = [:]
        var sweepAt = 10_000
    }

    private let limit: TokenBucket.Limit
    private let state = Mutex(State())

    init(_ limit: WalletServerConfiguration.RateLimit) {
        self.limit = TokenBucket.Limit(tokensPerSecond: limit.requestsPerSecond, tokensMax: limit.burst)
    }

    /// Counts a call; returns after how many whole seconds to come again when it is one too many, else nil.
    func admit(_ credential: String, at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            if state.buckets.count >= state.sweepAt {
                state.buckets = state.buckets.filter { !$0.value.isFull(limit, at: now) }
                state.sweepAt = max(10_000, state.buckets.count * 2)
            }
            return state.buckets[credential, default: TokenBucket(full: limit, at: now)].take(limit, at: now)
        }
    }

    /// How many credentials are remembered.
    var rememberedCount: Int { state.withLock { $0.buckets.count } }
}
