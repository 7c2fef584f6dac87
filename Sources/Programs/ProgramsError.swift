package import Rewards

/// A refusal of this room, with a stable reason for machines and words for people.
package struct ProgramsError: UseCaseError, Hashable {
    /// What was refused, stable between releases.
    package enum Reason: String, Sendable, CaseIterable {
        /// A field breaks its rule; `field` names it.
        case invalidArgument = "INVALID_ARGUMENT"
        /// The catalogue has no such program.
        case unknownProgram = "UNKNOWN_PROGRAM"
        /// This build has no such plugin.
        case unknownPlugin = "UNKNOWN_PLUGIN"
        /// The configuration is not JSON or the plugin refuses it; the message names the place.
        case badConfiguration = "BAD_CONFIGURATION"
        /// The configured plugin breaks the plugin contract; the message names the rule and the question.
        case conformanceFailed = "CONFORMANCE_FAILED"
        /// The program has no such configuration version, or this build lacks the plugin version it names.
        case unknownConfiguration = "UNKNOWN_CONFIGURATION"
        /// The program exists, and its points go elsewhere than the request says.
        case paysElsewhere = "PROGRAM_PAYS_ELSEWHERE"
        /// Cosmo could not be reached or gave no usable answer.
        case cosmoUnavailable = "COSMO_UNAVAILABLE"
        /// Cosmo refused the question.
        case cosmoRefused = "COSMO_REFUSED"
    }

    /// What was refused.
    package let reason: Reason
    /// What to do about it, for people.
    package let message: String
    /// The field that is wrong, when it is one.
    package let field: String?

    /// The reason's text.
    package var reasonText: String { reason.rawValue }

    /// What kind of refusal it is.
    package var kind: FaultKind { reason.kind }

    /// What became of the request: this room refuses before it changes anything (I-12).
    package var outcome: EffectOutcome { .notApplied }

    init(_ reason: Reason, _ message: String, field: String? = nil) {
        self.reason = reason
        self.message = message
        self.field = field
    }

    /// The refusal of a program that the catalogue does not have.
    package static func unknownProgram(_ programID: String) -> ProgramsError {
        ProgramsError(
            .unknownProgram,
            "the catalogue has no program \(programID): list the programs, or refresh them if Cosmo has it since just "
                + "now",
            field: "program_id")
    }

    static func paysElsewhere(_ program: Program) -> ProgramsError {
        let place =
            switch program.paysInto {
            case .cosmo: "is issued by Cosmo"
            case .wallet: "pays into the wallet"
            }
        return ProgramsError(
            .paysElsewhere, "the program \(place), which never changes: make one of another id, or leave pays_into out",
            field: "pays_into")
    }

    static let programIDInvalid = ProgramsError(
        .invalidArgument, "program_id must be 1 to 64 printable ASCII bytes without space, colon, comma or quote",
        field: "program_id")
}

extension ProgramsError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .invalidArgument, .badConfiguration: .invalidArgument
        case .unknownProgram, .unknownPlugin, .unknownConfiguration: .notFound
        case .conformanceFailed, .cosmoRefused, .paysElsewhere: .failedPrecondition
        case .cosmoUnavailable: .unavailable
        }
    }
}

extension ProgramsError: CustomStringConvertible {
    /// The reason and the words.
    package var description: String { "\(reason.rawValue): \(message)" }
}
