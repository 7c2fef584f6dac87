import Deliveries
import PostgreSQL

/// A handler of two closures.
struct HandlerByHand<Prepared: Sendable>: DeliveryHandler {
    typealias Apply = @Sendable (DueDelivery, Prepared?, PostgresConnection) async throws -> DeliveryVerdict

    private let preparing: @Sendable (DueDelivery) async throws -> Prepared
    private let applying: Apply
    private let committing: @Sendable () -> Void

    init(
        committed: @escaping @Sendable () -> Void = {},
        prepare: @escaping @Sendable (DueDelivery) async throws -> Prepared, apply: @escaping Apply
    ) {
        committing = committed
        preparing = prepare
        applying = apply
    }

    func committed() { committing() }

    func prepare(_ delivery: DueDelivery) async throws -> Prepared { try await preparing(delivery) }

    func apply(
        _ delivery: DueDelivery, prepared: Prepared?, on connection: PostgresConnection
    ) async throws -> DeliveryVerdict {
        try await applying(delivery, prepared, connection)
    }
}

extension HandlerByHand where Prepared == Never {
    /// A handler that needs the database only.
    init(
        committed: @escaping @Sendable () -> Void = {},
        apply: @escaping @Sendable (DueDelivery, PostgresConnection) async throws -> DeliveryVerdict
    ) {
        self.init(
            committed: committed, prepare: { _ in throw PreparationError.preparesNothing },
            apply: { delivery, _, connection in try await apply(delivery, connection) })
    }
}
