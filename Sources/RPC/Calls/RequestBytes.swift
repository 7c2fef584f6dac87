import Synchronization

/// Counts the bytes of requests that are kept, for one connection and for the process, and says when it is too much.
///
/// Counted are messages that are unfinished, complete and not yet taken, or in the hands of a unary handler, and what
/// comes in before a call was let in.
final class RequestBytes: Sendable {
    private let held = Atomic(0)
    private let limit: Int
    private let parent: RequestBytes?

    init(limit: Int, parent: RequestBytes? = nil) {
        self.limit = limit
        self.parent = parent
    }

    /// How many bytes are kept.
    var count: Int { held.load(ordering: .relaxed) }

    /// Whether more than half of the limit is used, here or in the parent.
    var isTight: Bool { count > limit / 2 || parent?.isTight == true }

    /// Counts bytes; false says that it is too much. They are counted in any case, until they are removed.
    func add(_ byteCount: Int) -> Bool {
        let now = held.add(byteCount, ordering: .relaxed).newValue
        let fitsAbove = parent?.add(byteCount) ?? true
        return now <= limit && fitsAbove
    }

    func remove(_ byteCount: Int) {
        held.subtract(byteCount, ordering: .relaxed)
        parent?.remove(byteCount)
    }

    /// What a caller is answered when it is too much.
    static let tooMany = RPCError(
        .resourceExhausted, "too many bytes of requests are waiting here; send fewer or smaller ones at once")
}
