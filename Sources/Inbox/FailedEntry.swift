import Synchronization

/// Which entry a transaction had claimed when it failed: the rollback takes the claim's result with it.
final class FailedEntry: Sendable {
    private let claimed = Mutex<InboxEntry?>(nil)

    var entry: InboxEntry? { claimed.withLock { $0 } }

    func set(_ entry: InboxEntry) { claimed.withLock { $0 = entry } }
}
