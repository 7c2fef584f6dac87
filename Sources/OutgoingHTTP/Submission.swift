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
