public import PostgreSQL

/// A card whose row this transaction has locked, and what the row says.
///
/// What writes to a card asks for one of these. Only the locks of this room make one, so code that writes without the lock does
/// not compile.
///
/// **Guarantees** The record is the newest committed one, and no other transaction changes it before this one ends. The value
/// must not be used after that.
public struct LockedCard: Sendable {
    /// What the row says.
    public let record: CardRecord

    /// The card's id.
    public var id: String { record.cardID }

    fileprivate init(_ record: CardRecord) { self.record = record }
}

/// The cards that this transaction has locked, in key order; what ``LockedCard`` says holds for each.
public struct LockedCards: Sendable, RandomAccessCollection {
    private let cards: [LockedCard]

    /// One locked card, for a writer that takes several.
    public init(_ card: LockedCard) { cards = [card] }

    fileprivate init(_ records: [CardRecord]) { cards = records.map(LockedCard.init) }

    /// The place of the first card.
    public var startIndex: Int { cards.startIndex }

    /// The place behind the last card.
    public var endIndex: Int { cards.endIndex }

    /// The card at a place.
    public subscript(position: Int) -> LockedCard { cards[position] }
}

/// Locks one card as a step of a pipeline; answers nil when there is no such card.
///
/// **Errors** One that means `contended`, at once, when another transaction holds the card: a call waits for its card in
/// `PostgresPool.withLine`, where it keeps no connection.
public struct CardLock: PipelineStep {
    /// The card.
    public let cardID: String

    /// Locks this card.
    public init(_ cardID: String) { self.cardID = cardID }

    /// The lock.
    public var statements: [PostgresStatement] { CardStore.lock(cardID).statements }

    /// The card, locked; nil when there is none.
    public func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> LockedCard? {
        try CardStore.lock(cardID).takeAnswer(from: &results).first.map(LockedCard.init)
    }

    /// Locks the card outside of a longer pipeline.
    ///
    /// **Cost** One round trip.
    public nonisolated(nonsending) func take(on connection: PostgresConnection) async throws -> LockedCard? {
        try await connection.pipeline(self)
    }

    /// The lock with a statement right behind it in the same pipeline, for one that changes nothing when there is no such
    /// card. When the lock is refused, the statement is not run.
    public func then(_ statement: PostgresStatement) -> LockedStatement {
        LockedStatement(lock: self, statement: statement)
    }
}

/// A statement behind the lock that it needs; answers how many rows it affected.
public struct LockedStatement: PipelineStep {
    fileprivate let lock: CardLock
    fileprivate let statement: PostgresStatement

    /// The lock, then the statement.
    public var statements: [PostgresStatement] { lock.statements + [statement] }

    /// How many rows the statement affected.
    public func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Int {
        _ = try lock.takeAnswer(from: &results)
        return try statement.takeAnswer(from: &results)
    }
}

/// Locks several cards in key order, as a step of a pipeline, so that two transactions never wait for each other in a
/// circle; answers with those that it locked.
public struct CardsLock: PipelineStep {
    /// What becomes of a card that another transaction holds.
    public enum Busy: Sendable {
        /// It is left out.
        case skipped
        /// It is waited for.
        case awaited
    }

    private let query: Query<CardRecord>

    /// Locks these cards, those of them that there are.
    public init(_ cardIDs: [String], busy: Busy) {
        query =
            switch busy {
            case .skipped: CardStore.lockFree(cardIDs)
            case .awaited: CardStore.lockWaiting(cardIDs)
            }
    }

    /// The lock.
    public var statements: [PostgresStatement] { query.statements }

    /// The cards that are locked now.
    public func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> LockedCards {
        LockedCards(try query.takeAnswer(from: &results))
    }
}

/// A source user that this transaction has locked: the order of everything that happens to its events and cards.
///
/// A lock on the cards alone is not enough: an event may arrive before the first card exists, while that card is being
/// registered, and neither transaction would see the other's row. Taken before any row lock.
public struct LockedSourceUser: Sendable {
    /// The name Cosmo knows the cardholder by.
    public let id: String

    /// Locks a source user until the transaction ends.
    ///
    /// **Errors** An error that means `contended`, at once, when another transaction holds it: callers wait in
    /// `PostgresPool.withLine`, where they keep no connection.
    public nonisolated(nonsending) static func lock(
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
    public nonisolated(nonsending) func lockCards(on connection: PostgresConnection) async throws -> LockedCards {
        LockedCards(try await connection.all(CardStore.lock(ofSourceUser: id)))
    }

    /// Adds a card of this source user, which nobody else sees before the transaction ends; nil when its id is taken.
    public nonisolated(nonsending) func register(
        _ registration: CardRegistration, now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> LockedCard? {
        try await connection.first(CardStore.insert(registration, ofSourceUser: id, now: now)).map(LockedCard.init)
    }
}
