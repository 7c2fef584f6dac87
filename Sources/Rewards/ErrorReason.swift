/// The reasons a room or a door gives for an error, as one closed list that a table can be made from.
///
/// **Guarantees** The raw values are UPPER_SNAKE, unique within the list and never change between releases. Two lists
/// may share a reason; they then agree on its kind, which a test checks over all of them (I-12).
public protocol ErrorReason: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// What kind of wrong it is: the one thing a transport maps to its status.
    var kind: FaultKind { get }
}
