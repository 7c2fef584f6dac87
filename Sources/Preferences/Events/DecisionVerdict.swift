/// What an operator decided about a held event.
enum DecisionVerdict: String, Sendable, Hashable, CaseIterable {
    /// It does not count.
    case discarded
    /// It is no retry but the cardholder's own word.
    case confirmed
}
