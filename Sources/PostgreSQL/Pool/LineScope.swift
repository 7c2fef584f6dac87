/// Marks the task of a caller that was let through by a line: it leaves waiting for the lock to its line, and may not
/// enter another one, in which it could wait for a caller who waits for it.
enum LineScope {
    @TaskLocal private static var pool: ObjectIdentifier?

    /// Whether the task has the turn of a line of this pool.
    static func isInLine(of pool: PostgresPool) -> Bool { Self.pool == ObjectIdentifier(pool) }

    /// Runs `body` as a caller whose turn it is.
    static func run<T: Sendable>(inLineOf pool: PostgresPool, _ body: () async throws -> T) async throws -> T {
        try await $pool.withValue(ObjectIdentifier(pool)) { try await body() }
    }
}
