package import PostgreSQL

/// Which of some deliveries were answered while their sender waited, as far as is stored; composition fills it from the
/// room that has the inbox.
package typealias AnswerLookup =
    @Sendable (_ connection: PostgresConnection, _ inboxIDs: [Int64]) async throws -> Set<Int64>

/// The channel on which a change of a card's preference is announced to every process, with the card's id as payload.
package let preferencesChangedChannel = "preferences_changed"
