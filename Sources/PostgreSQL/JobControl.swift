import Synchronization

/// What a running job may be told from outside its thread, and how long it may take.
final class JobControl: Sendable {
    /// `nil` for a job that may take as long as it takes.
    let timeout: Duration?
    private let cancelled = Atomic<Bool>(false)

    init(timeout: Duration?) { self.timeout = timeout }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}
