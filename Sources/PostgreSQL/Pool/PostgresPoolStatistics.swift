/// A pool's state at one moment.
public struct PostgresPoolStatistics: Sendable, Hashable {
    /// Connections open and free.
    public var idle: Int
    /// Connections lent to callers.
    public var leased: Int
    /// Connections being opened.
    public var opening: Int
    /// Callers waiting for a connection.
    public var waiting: Int
    /// Connections opened since the start.
    public var opened: Int
    /// Attempts to connect that failed, and connections that broke, since the start.
    public var failures: Int

    /// Creates a statement of a pool's state.
    public init(idle: Int, leased: Int, opening: Int, waiting: Int, opened: Int, failures: Int) {
        self.idle = idle
        self.leased = leased
        self.opening = opening
        self.waiting = waiting
        self.opened = opened
        self.failures = failures
    }
}
