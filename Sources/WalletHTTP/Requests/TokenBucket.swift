/// A token bucket in whole numbers: how often something may happen, with a burst after a rest.
struct TokenBucket: Sendable, Equatable {
    /// How fast it fills and how much it holds.
    struct Limit: Sendable, Equatable {
        let tokensPerSecond: Int64
        let tokensMax: Int64

        init(tokensPerSecond: Int, tokensMax: Int) {
            self.tokensPerSecond = Int64(max(1, min(tokensPerSecond, 1_000_000)))
            self.tokensMax = Int64(max(1, min(tokensMax, 1_000_000)))
        }
    }

    /// Millionths of a token.
    private var microTokens: Int64
    private var at: ContinuousClock.Instant

    init(full limit: Limit, at now: ContinuousClock.Instant) {
        microTokens = limit.tokensMax * 1_000_000
        at = now
    }

    /// Takes a token; returns after how many whole seconds there is one when there is none now, else nil.
    mutating func take(_ limit: Limit, at now: ContinuousClock.Instant) -> Int? {
        refill(limit, at: now)
        guard microTokens < 1_000_000 else {
            microTokens -= 1_000_000
            return nil
        }
        let microseconds = (1_000_000 - microTokens + limit.tokensPerSecond - 1) / limit.tokensPerSecond
        return Int(max(1, (microseconds + 999_999) / 1_000_000))
    }

    /// Whether nothing is known of it that a new bucket would not know.
    func isFull(_ limit: Limit, at now: ContinuousClock.Instant) -> Bool {
        var copy = self
        copy.refill(limit, at: now)
        return copy.microTokens == limit.tokensMax * 1_000_000
    }

    private mutating func refill(_ limit: Limit, at now: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (now - at).components
        guard seconds >= 0, attoseconds >= 0 else { return }
        // A rest of more than what fills it wholly fills it wholly; the product below then stays small.
        let full = limit.tokensMax * 1_000_000
        let elapsed = min(seconds, limit.tokensMax / limit.tokensPerSecond + 1) * 1_000_000
        microTokens = min(full, microTokens + (elapsed + attoseconds / 1_000_000_000_000) * limit.tokensPerSecond)
        at = now
    }
}
