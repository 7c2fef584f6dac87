/// Work that may take only so long.
enum TimeLimit {
    /// The time is up, and the work has ended without a result.
    struct Passed: Error {}

    /// Runs the work; cancels it when the time is up and waits for it to end.
    ///
    /// **Guarantees** A result that came in spite of the cancellation is returned, so that what took effect is
    /// reported.
    /// **Errors** ``Passed``, and what the work throws.
    static func run<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            // The work's end, or the clock's.
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            do {
                if let late = try await group.next() ?? nil { return late }
            } catch is CancellationError {
                throw Passed()
            }
            throw Passed()
        }
    }
}
