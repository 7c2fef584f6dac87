import Access
import Cosmo
import MultibrandAPI
import Programs
import RPC
import Rewards
import SwiftProtobuf

/// Cosmo could not be asked, or would not answer.
struct CosmoFailure: UseCaseError {
    private let error: CosmoError

    init(_ error: CosmoError) { self.error = error }

    private var reason: DoorReason { error.isPassing ? .cosmoUnavailable : .cosmoRefused }
    var reasonText: String { reason.rawValue }
    var message: String {
        let what = error.isPassing ? "Cosmo did not answer" : "Cosmo refused the request"
        return "\(what): \(error.reason.advice) (\(error.reason.rawValue))"
    }
    var field: String? { nil }
    var kind: FaultKind { reason.kind }
    var outcome: EffectOutcome { .notApplied }
}
