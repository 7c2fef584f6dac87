/// When a connection's output is written, and when its input is read on: events in, what to do out.
///
/// nghttp2 must not be asked for output from inside one of its callbacks, the channel may ask for more while it is
/// being written to, and many small reasons to write should leave in one write. So a reason to write is remembered, and
/// one turn of the event loop is asked for at most.
struct ConnectionFlush {
    enum OnNeeded: Hashable {
        /// Ask the event loop for a turn, and report it with ``turnCame()``.
        case scheduleTurn
        /// A turn, a flush or the end of a callback comes anyway.
        case nothing
    }
    enum OnRead: Hashable { case read, holdBack }

    /// How many calls into the session are under way.
    private var sessionDepth = 0
    private var isNeeded = false
    private var turnIsScheduled = false
    private var isFlushing = false
    private var readIsHeldBack = false

    // MARK: Writing

    mutating func sessionEntered() { sessionDepth += 1 }
    mutating func sessionLeft() { sessionDepth -= 1 }

    /// There is something to write.
    mutating func needed() -> OnNeeded {
        isNeeded = true
        guard sessionDepth == 0, !turnIsScheduled, !isFlushing else { return .nothing }
        turnIsScheduled = true
        return .scheduleTurn
    }

    /// The turn that was asked for; whether there is something to write still.
    mutating func turnCame() -> Bool {
        turnIsScheduled = false
        return isNeeded
    }

    /// Begins a flush, unless one is under way or the session is in a callback.
    mutating func begins() -> Bool {
        guard sessionDepth == 0, !isFlushing else { return false }
        isFlushing = true
        return true
    }

    /// Everything that the session had until now was taken from it.
    mutating func taken() { isNeeded = false }

    /// The flush is over.
    ///
    /// - Parameter isWritable: Whether the channel takes more. If not, it says when it does.
    mutating func ended(isWritable: Bool) -> OnNeeded {
        isFlushing = false
        return isNeeded && isWritable ? needed() : .nothing
    }

    // MARK: Reading

    /// The channel wants to read on.
    ///
    /// Only a server waits for its peer to read: if both sides did, each could wait for the other.
    mutating func readAsked(isServer: Bool, isWritable: Bool) -> OnRead {
        guard isServer, !isWritable else { return .read }
        readIsHeldBack = true
        return .holdBack
    }

    /// The peer has read what it was sent; whether a read was held back for that.
    mutating func becameWritable() -> Bool {
        defer { readIsHeldBack = false }
        return readIsHeldBack
    }
}
