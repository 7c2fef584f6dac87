import Rewards

/// A message that says something no use case could take: caught at the door.
struct InvalidField: UseCaseError {
    let field: String?
    let message: String

    init(_ field: String, _ problem: String) {
        self.field = field
        self.message = "\(field) \(problem)"
    }

    var reasonText: String { DoorReason.invalidArgument.rawValue }
    var kind: FaultKind { DoorReason.invalidArgument.kind }
    var outcome: EffectOutcome { .notApplied }
}
