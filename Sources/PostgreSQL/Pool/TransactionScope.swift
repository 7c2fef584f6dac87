import Synchronization

/// Marks the task of a running transaction, so that a transaction opened inside it is refused instead of taking a
/// second connection, on which it would not see the first and could wait for it without end.
final class TransactionScope: Sendable {
    @TaskLocal static var current: TransactionScope?

    let pool: ObjectIdentifier
    private let isOpen = Atomic<Bool>(true)

    init(pool: ObjectIdentifier) { self.pool = pool }

    /// False once the transaction has ended, for tasks that outlive it.
    var isActive: Bool { isOpen.load(ordering: .acquiring) }
    func end() { isOpen.store(false, ordering: .releasing) }
}
