package import PostgreSQL

/// How deliveries of a kind take effect.
///
/// `apply` runs in the transaction that settles the delivery: both commit, or neither does. What must not happen in a
/// transaction, such as a call to Cosmo, is preparation: `apply` asks for it by answering `prepare`.
///
/// **Errors** When a function throws, the transaction is rolled back, and the delivery is tried again with backoff
/// until it is parked as `HANDLER_FAILED`.
package protocol DeliveryHandler<Prepared>: Sendable {
    /// What preparation gives; `Never` for a handler that needs the database only.
    associatedtype Prepared: Sendable

    /// Prepares, outside any transaction, while the delivery is leased to this worker.
    func prepare(_ delivery: DueDelivery) async throws -> Prepared

    /// Applies a delivery in the caller's transaction.
    ///
    /// - Parameter prepared: nil at first; what preparation gave after this function has answered `prepare`.
    func apply(
        _ delivery: DueDelivery, prepared: Prepared?, on connection: PostgresConnection
    ) async throws -> DeliveryVerdict

    /// Called after the commit of a delivery that was applied or held, to wake what works on its effects; returns at
    /// once.
    func committed()
}

extension DeliveryHandler {
    /// Wakes nothing.
    package func committed() {}
}

extension DeliveryHandler where Prepared == Never {
    /// Fails: this handler has nothing to prepare.
    package func prepare(_ delivery: DueDelivery) async throws -> Never { throw PreparationError.preparesNothing }
}

extension DeliveryHandler {
    /// Applies a delivery for which nothing was prepared, in the caller's transaction.
    package func apply(_ delivery: DueDelivery, on connection: PostgresConnection) async throws -> DeliveryVerdict {
        try await apply(delivery, prepared: nil, on: connection)
    }

    /// Runs preparation and returns a function that applies the delivery with its result, in a transaction.
    package func prepared(
        _ delivery: DueDelivery
    ) async throws -> @Sendable (DueDelivery, PostgresConnection) async throws -> DeliveryVerdict {
        let prepared = try await prepare(delivery)
        return { delivery, connection in try await apply(delivery, prepared: prepared, on: connection) }
    }
}
