/// What a write answered: a fresh answer, or that of the first call under the same key (I-5).
package struct WalletAnswer<Value: Sendable>: Sendable {
    /// What was answered.
    package let value: Value
    /// Whether an earlier call gave this answer and this one did nothing.
    package let isReplayed: Bool
}

extension WalletAnswer: Equatable where Value: Equatable {}
