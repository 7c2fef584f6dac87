import Glibc

/// A thread of our own, so that the waiting of a C library never takes a thread of Swift's cooperative pool.
package enum OwnedThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new detached thread; returns false when the system has no thread left to give.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        // SAFETY: the retain is balanced by the new thread, or below when there is none.
        let start = Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
