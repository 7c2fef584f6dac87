import Synchronization

/// How a running job is stopped from outside its thread, and how long it may take.
final class JobControl: Sendable {
    /// What happens when a job's time is up or its caller is cancelled.
    enum Interrupting: Sendable {
        /// The server is asked to cancel; a server that does not react for this long loses the connection.
        case cancels(grace: Duration)
        /// Nothing is sent: the job ends, and the server goes on. A COMMIT is never cancelled, because a cancelled wait
        /// for a standby is answered like a commit that reached it.
        case leaves
    }

    /// How long a cancelled statement may take to say so before the connection is given up.
    static let cancelGrace = Duration.seconds(5)

    /// `nil` for a job that may take as long as it takes.
    let timeout: Duration?
    let interrupting: Interrupting
    private let cancelled = Atomic<Bool>(false)

    init(timeout: Duration?, interrupting: Interrupting = .cancels(grace: JobControl.cancelGrace)) {
        self.timeout = timeout
        self.interrupting = interrupting
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}
