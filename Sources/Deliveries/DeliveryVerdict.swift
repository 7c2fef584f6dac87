/// The result of applying a delivery.
package enum DeliveryVerdict: Sendable, Hashable {
    /// It took effect, or repeats what had; the note says what is special, in upper snake case.
    case applied(note: String? = nil)
    /// It conflicts with another; an operator decides.
    case held(reason: String)
    /// It was not understood or not matched; a person looks.
    case parked(reason: String)
    /// Not now: try again after a while. The delivery's `attempts` counts how often.
    case retry(after: Duration, reason: String)
    /// Run the handler's preparation outside the transaction, then apply again with what it gave.
    case prepare
}
