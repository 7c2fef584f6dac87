package import PostgreSQL

/// A source user that this transaction has locked: the order of everything that happens to its events and cards.
///
/// A lock on the cards alone is not enough: an event may arrive before the first card exists, while that card is being
/// registered, and neither transaction would see the other's row. Taken before any row lock.
package struct LockedSourceUser: Sendable {
    /// The name Cosmo knows the cardholder by.
    package let id: String

    /// Locks a source user until the transaction ends.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds it: callers wait in
    /// `PostgresPool.withLine`, where they keep no connection.
    package static func lock(
        _ id: String, on connection: PostgresConnection
    ) async throws -> LockedSourceUser {
        guard try await connection.first(CardStore.tryLock(sourceUser: id)) == true else {
            throw PostgresError.lockRefused
        }
        return LockedSourceUser(id: id)
    }

    private init(id: String) { self.id = id }

    /// Locks the source user's cards in the order of their ids.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds one of them.
    package func lockCards(on connection: PostgresConnection) async throws -> LockedCards {
        LockedCards(try await connection.all(CardStore.lock(ofSourceUser: id)))
    }

    /// Adds a card of this source user, which nobody else sees before the transaction ends; nil when its id is taken.
    package func register(
        _ registration: CardRegistration, now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> LockedCard? {
        try await connection.first(CardStore.insert(registration, ofSourceUser: id, now: now)).map(LockedCard.init)
    }
}
