extension PostgresPool {
    /// Runs `body`, which only reads with this pool; once more when its connection breaks.
    ///
    /// For what a call looks up before its transaction begins.
    ///
    /// **Errors** What `body` throws, but a lost connection never means `interrupted`: reading has no effect.
    package func reading<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as PostgresError where error.kind == .connectionLost {
            do {
                return try await body()
            } catch let error as PostgresError where error.kind == .connectionLost {
                throw error.undone
            }
        }
    }
}
