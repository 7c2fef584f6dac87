import Synchronization

/// Whether a caller no longer waits.
final class Cancellation: Sendable {
    private let isSet = Atomic<Bool>(false)

    var isRequested: Bool { isSet.load(ordering: .acquiring) }
    func request() { isSet.store(true, ordering: .releasing) }
}
