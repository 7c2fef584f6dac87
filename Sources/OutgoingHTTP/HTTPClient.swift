import Waiting

/// Calls others over HTTP/1.1 and, where TLS agrees on it, HTTP/2, through the system's libcurl and OpenSSL.
///
/// **Guarantees** A call is written at most once: libcurl's own repetition on a new connection is refused. Connections
/// are kept for later calls. Proxies of the environment are not used.
/// **Concurrency** Safe from any task. libcurl runs on one thread, which starts with the first call.
package final class HTTPClient: Sendable {
    /// How a client connects.
    package struct Configuration: Sendable {
        /// The longest that opening one connection may take, TLS included.
        package var connectTimeout = Duration.seconds(5)
        /// Whether HTTP/2 is offered to servers with TLS.
        package var offersHTTP2 = true
        /// A file of certificates in PEM to trust; nil for the system's.
        package var authoritiesPath: String?

        /// Makes the usual one.
        package init() {}
    }

    /// For the few calls of a command or a test; it is never shut down.
    package static let shared = HTTPClient()

    private let configuration: Configuration
    private let thread = TransferThread()

    /// Makes a client, which opens nothing yet. Dropping it closes its connections, soon.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    deinit { thread.close() }

    /// Sends a call and waits for its answer, whatever the status, for at most `limit`.
    ///
    /// **Errors** ``HTTPCall/Failure``, which says whether the call may have been sent. Cancelling the task ends the
    /// call.
    package func send(
        _ call: HTTPCall, within limit: Duration
    ) async throws(HTTPCall.Failure) -> HTTPCall.Answer {
        try call.check()
        let cancellation = Cancellation()
        // Before the thread has the call, which it would begin at once.
        if Task.isCancelled { cancellation.request() }
        let outcome = Waiter<Submission.Outcome>()
        thread.submit(
            Submission(call: call, limit: limit, configuration: configuration, cancellation: cancellation) {
                outcome.answer($0)
            })
        return try await outcome.value {
            cancellation.request()
            thread.wake()
        }.get()
    }

    /// Ends every call that is under way with `cancelled`, closes every connection, and returns when that is done.
    package func shutdown() async { await thread.shutdown() }
}
