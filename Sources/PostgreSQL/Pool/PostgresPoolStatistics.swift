/// A pool's state at one moment.
package struct PostgresPoolStatistics: Sendable, Hashable {
    /// Connections open and free.
    package var idle: Int
    /// Connections lent to callers.
    package var leased: Int
    /// Connections being opened.
    package var opening: Int
    /// Callers waiting for a connection.
    package var waiting: Int
    /// Connections opened since the start.
    package var opened: Int
    /// Attempts to connect that failed, and connections that broke, since the start.
    package var failures: Int

    /// Creates a statement of a pool's state.
    package init(idle: Int, leased: Int, opening: Int, waiting: Int, opened: Int, failures: Int) {
        self.idle = idle
        self.leased = leased
        self.opening = opening
        self.waiting = waiting
        self.opened = opened
        self.failures = failures
    }
}
