package import PostgreSQL

/// How deliveries of a kind take effect.
///
/// `apply` runs in the transaction that settles the entry: both commit, or neither does. What must not happen in a
/// transaction, such as a call to Cosmo, is preparation: `apply` asks for it by answering `prepare`.
///
/// **Errors**: when a closure throws, the transaction is rolled back, and the entry is tried again with backoff until
/// it is parked as `HANDLER_FAILED`.
package struct InboxHandler: Sendable {
    typealias Apply = @Sendable (InboxEntry, PostgresConnection) async throws -> InboxVerdict

    let apply: Apply
    /// Prepares, and gives what to apply with.
    let prepare: (@Sendable (InboxEntry) async throws -> Apply)?
    /// Called after the commit of an entry that was applied or held.
    let onCommitted: @Sendable () -> Void

    /// A handler that needs the database only.
    ///
    /// - Parameter onCommitted: Called after the commit of an entry that was applied or held, to wake what works on its
    ///   effects; it must return at once.
    package init(
        onCommitted: @escaping @Sendable () -> Void = {},
        apply: @escaping @Sendable (InboxEntry, PostgresConnection) async throws -> InboxVerdict
    ) {
        self.onCommitted = onCommitted
        self.apply = apply
        prepare = nil
    }

    /// A handler that may ask for preparation.
    ///
    /// - Parameters:
    ///   - prepare: runs outside any transaction, while the entry is leased to this worker.
    ///   - apply: runs in the transaction; first with nil, and with what `prepare` gave when it answered `prepare`.
    package init<Prepared: Sendable>(
        prepare: @escaping @Sendable (InboxEntry) async throws -> Prepared,
        apply: @escaping @Sendable (InboxEntry, Prepared?, PostgresConnection) async throws -> InboxVerdict
    ) {
        onCommitted = {}
        self.apply = { entry, connection in try await apply(entry, nil, connection) }
        self.prepare = { entry in
            let prepared = try await prepare(entry)
            return { entry, connection in try await apply(entry, prepared, connection) }
        }
    }
}
