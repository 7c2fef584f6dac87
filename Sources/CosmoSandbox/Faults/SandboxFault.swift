/// A failure to inject into calls, by count or by chance.
package struct SandboxFault: Sendable, Hashable, Codable {
    /// What happens.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// 500 before anything was recorded.
        case error500Before
        /// 500 after the transaction was recorded.
        case error500After
        /// No answer, nothing recorded: the connection stays open for a while, then closes.
        case timeoutBefore
        /// No answer, recorded.
        case timeoutAfter
        /// The connection closes at once, nothing recorded.
        case cutBefore
        /// The connection closes at once, recorded.
        case cutAfter
        /// 429, nothing recorded.
        case rateLimited
        /// The ordinary answer, late.
        case delay
    }

    /// The calls a fault can hit.
    package enum Call: String, Sendable, Hashable, Codable, CaseIterable {
        /// `POST /transactions`.
        case issuance
        /// Validate-member.
        case validate
        /// Preview.
        case preview
        /// Reads of transactions, by id, reference or interval.
        case read
        /// Programs and fields.
        case programs
        /// The token call.
        case token
    }

    /// What happens.
    package var kind: Kind
    /// Which calls it hits.
    package var calls: [Call]
    /// How many times it strikes; nil for no limit.
    package var count: Int?
    /// How often it strikes a call it may hit, in thousandths.
    package var probabilityPerMille: Int
    /// The seed of that chance, so that a run can be repeated.
    package var seed: UInt64
    /// The wait of `delay`, and of the time-outs instead of the switch's, in milliseconds.
    package var milliseconds: Int?
    /// The `Retry-After` of `rateLimited`, in seconds; nil leaves the header out.
    package var retryAfterSeconds: Int?

    /// Makes a fault that strikes the next `count` issuance calls, or each with a chance.
    package init(
        _ kind: Kind, calls: [Call] = [.issuance], count: Int? = 1, probabilityPerMille: Int = 1000, seed: UInt64 = 1,
        milliseconds: Int? = nil, retryAfterSeconds: Int? = nil
    ) {
        self.kind = kind
        self.calls = calls
        self.count = count
        self.probabilityPerMille = probabilityPerMille
        self.seed = seed
        self.milliseconds = milliseconds
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Reads a fault from JSON, every field but `kind` optional.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try values.decode(Kind.self, forKey: .kind),
            calls: try values.decodeIfPresent([Call].self, forKey: .calls) ?? [.issuance],
            count: try values.decodeIfPresent(Int.self, forKey: .count),
            probabilityPerMille: try values.decodeIfPresent(Int.self, forKey: .probabilityPerMille) ?? 1000,
            seed: try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1,
            milliseconds: try values.decodeIfPresent(Int.self, forKey: .milliseconds),
            retryAfterSeconds: try values.decodeIfPresent(Int.self, forKey: .retryAfterSeconds))
    }
}
