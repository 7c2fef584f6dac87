package import Rewards

/// Why a spending call was refused or failed, and whether anything happened (I-12).
///
/// **Guarantees** `message` says what to do and holds nothing of the request: no ids, names or amounts.
package struct SpendingError: UseCaseError, Hashable {
    /// The stable reason for machines.
    package let reason: Reason
    /// What to do about it, for people.
    package let message: String
    /// The field at fault, in the names of `proto/multibrand/v1/spends.proto`, when there is one.
    package let field: String?
    /// What has happened to the spend.
    package let outcome: EffectOutcome
    /// With `PREVIEW_CHANGED`: what changed since the preview.
    package let previewChanges: [PreviewChange]

    /// The reason as text, `SPEND_CONFLICT` for example.
    package var reasonText: String { reason.rawValue }
    /// What sort of failure it is.
    package var kind: FaultKind { reason.kind }

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
    package var description: String { "\(reason.rawValue): \(message) (\(outcome.rawValue))" }
}
