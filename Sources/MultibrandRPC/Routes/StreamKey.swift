import Access
import RPC
import Rewards

/// The key a stream was opened with: a stream outlives the moment it was let in, and must not outlive its key.
struct StreamKey: Sendable {
    /// How long what was under way when a key was revoked may take to be answered, before the stream is cut.
    static let grace = Duration.seconds(10)

    let authenticator: Authenticator
    let key: String
    let caller: Caller

    /// Makes sure that the key still works; asked for every message.
    @Sendable
    func confirm() async throws { try await authenticator.confirm(key: key, as: caller) }

    /// Runs the handler of a stream until it ends, or the key stops working.
    ///
    /// - Parameter onRefused: Ends what the handler reads. The handler then has ``grace`` to answer what is under way;
    ///   nil ends the stream at once.
    /// **Errors** `UNAUTHENTICATED` when the key stopped working; the handler's.
    func whileItWorks(
        onRefused: (@Sendable (AccessError) -> Void)?, _ handler: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await handler() }
            group.addTask {
                let refusal = try await authenticator.untilRefused(key: key, as: caller)
                guard let onRefused else { throw refusal }
                onRefused(refusal)
                // The grace itself; a handler that ends before it ends the group.
                try await Task.sleep(for: Self.grace)
                // Spends may be under way still: what became of them is not known to the reader of this.
                throw Refusals.rpcError(refusal, outcome: .unknown)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
