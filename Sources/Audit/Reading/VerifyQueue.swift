import PostgreSQL
import Synchronization

/// The work that is still to be begun, shared by the readers.
///
/// **Concurrency** One lock around a list; readers take a part at a time.
final class VerifyQueue: Sendable {
    private let parts: Mutex<[VerifyWork]>

    init(_ parts: [VerifyWork]) {
        self.parts = Mutex(parts.reversed())
    }

    func next() -> VerifyWork? { parts.withLock { $0.popLast() } }
}
