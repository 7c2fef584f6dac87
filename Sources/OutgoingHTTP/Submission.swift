import Synchronization

/// A call on its way to the thread that makes it, and the way back to its caller.
struct Submission: Sendable {
    typealias Outcome = Result<HTTPCall.Answer, HTTPCall.Failure>

    let call: HTTPCall
    let limit: Duration
    let configuration: HTTPClient.Configuration
    let cancellation: Cancellation
    /// Called once.
    let resume: @Sendable (Outcome) -> Void
}

/// Whether a caller no longer waits.
final class Cancellation: Sendable {
    private let isSet = Atomic<Bool>(false)

    var isRequested: Bool { isSet.load(ordering: .acquiring) }
    func request() { isSet.store(true, ordering: .releasing) }
}
