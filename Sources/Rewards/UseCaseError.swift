/// A use case that was refused or failed, in the same shape from every room.
///
/// **Guarantees** `reasonText` is stable and for machines, `message` says what to do and holds no personal data.
public protocol UseCaseError: Error, Sendable {
    /// The stable reason, UPPER_SNAKE_CASE.
    var reasonText: String { get }
    /// What to do about it, for people.
    var message: String { get }
    /// The field of the request that is at fault, when one is.
    var field: String? { get }
    /// What kind of wrong it is.
    var kind: FaultKind { get }
    /// What has happened to what was asked for.
    var outcome: EffectOutcome { get }
}
