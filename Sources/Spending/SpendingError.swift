public import Rewards

/// Why a spending call was refused or failed, and whether anything happened (I-12).
///
/// **Guarantees** `message` says what to do and holds nothing of the request: no ids, names or amounts.
public struct SpendingError: UseCaseError, Hashable {
    /// The stable reason for machines.
    public let reason: Reason
    /// What to do about it, for people.
    public let message: String
    /// The field at fault, in the names of `proto/multibrand/v1/spends.proto`, when there is one.
    public let field: String?
    /// What has happened to the spend.
    public let outcome: EffectOutcome
    /// With `PREVIEW_CHANGED`: what changed since the preview.
    public let previewChanges: [PreviewChange]

    /// The reason as text, `SPEND_CONFLICT` for example.
    public var reasonText: String { reason.rawValue }
    /// What sort of failure it is.
    public var kind: FaultKind { reason.kind }

    init(
        _ reason: Reason, _ message: String, field: String? = nil, outcome: EffectOutcome = .notApplied,
        previewChanges: [PreviewChange] = []
    ) {
        self.reason = reason
        self.message = message
        self.field = field
        self.outcome = outcome
        self.previewChanges = previewChanges
    }
}

extension SpendingError: CustomStringConvertible {
    /// Reason, message and outcome.
    public var description: String { "\(reason.rawValue): \(message) (\(outcome.rawValue))" }
}
