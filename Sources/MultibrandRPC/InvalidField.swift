import Rewards

/// A message that says something no use case could take: caught at the door.
struct InvalidField: UseCaseError {
    let field: String?
    let message: String

    init(_ field: String, _ problem: String) {
        self.field = field
        self.message = "\(field) \(problem)"
    }

    var reasonText: String { "INVALID_ARGUMENT" }
    var kind: FaultKind { .invalidArgument }
    var outcome: EffectOutcome { .notApplied }
}
