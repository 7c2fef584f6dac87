/// An error with a stable reason for machines beside its text for people.
///
/// **Guarantees** `reason` is UPPER_SNAKE, never changes between releases and never carries a value; `description`
/// says what to do about it and carries no personal data.
public protocol ReasonedError: Error, CustomStringConvertible {
    /// The stable, machine-readable reason, such as `AMOUNT_OVERFLOW`.
    var reason: String { get }
}
