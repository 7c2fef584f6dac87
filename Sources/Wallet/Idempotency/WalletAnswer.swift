/// What a write answered: a fresh answer, or that of the first call under the same key (I-5).
public struct WalletAnswer<Value: Sendable>: Sendable {
    /// What was answered.
    public let value: Value
    /// Whether an earlier call gave this answer and this one did nothing.
    public let isReplayed: Bool
}

extension WalletAnswer: Equatable where Value: Equatable {}
