/// What the books of a pool need to know of a connection.
protocol PooledConnection: Identifiable {
    /// Whether another caller may use it.
    var isReusable: Bool { get }
}
