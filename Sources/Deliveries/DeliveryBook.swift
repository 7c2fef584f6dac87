package import PostgreSQL

/// What a room that applies deliveries reads and changes of others in the inbox, in its own transaction.
package protocol DeliveryBook: Sendable {
    /// Shows deliveries that took effect as held, with a reason in upper snake case.
    func hold(_ ids: [Int64], reason: String, now: PostgresTimestamp) -> [PostgresStatement]

    /// Shows deliveries as held no longer.
    ///
    /// - Parameter reasons: What is kept with a delivery, by the reason it was held for.
    func release(_ ids: [Int64], reasons: [String: String], now: PostgresTimestamp) -> [PostgresStatement]

    /// Which of some deliveries were answered while their sender waited, as far as is stored.
    func answered(among ids: [Int64]) -> Query<Int64>
}
