import Cards
import Cosmo
import PostgreSQL
import Rewards
import Testing

@testable import Preferences

/// What the events of a program do to the cards of a source user, decided without a database.
@Suite("A change of all cards of a source user")
struct SourceUserChangeTests {
    private static let now = PostgresTimestamp(microsecondsSinceEpoch: 9_000_000_000)

    private static func card(_ cardID: String) -> CardRecord {
        CardRecord(
            cardID: cardID, userID: "user", currencyCode: "USD", sourceUserID: "u-1", preferenceVersion: 0,
            registeredAt: now)
    }

    private static func event(
        _ second: Int64, _ kind: ConnectionEvent.Kind = .linked, account: String = "M-1", inboxID: Int64,
        card: String? = nil, isAnswered: Bool = true
    ) -> ConnectionEvent {
        ConnectionEvent(
            eventID: inboxID, cardID: card, programID: "prg_a", kind: kind, stampMicros: second * 1_000_000,
            account: CosmoAccount(userID: account), inboxID: inboxID, isAnswered: isAnswered, recordedAt: now)
    }

    private static func change(
        _ events: [ConnectionEvent], rows: [ExactText: [String: LinkRow]] = [:], cards: [String]
    ) -> SourceUserChange {
        SourceUserChange(
            SourceUserChange.Stored(events: events, rows: rows), programID: "prg_a", cards: cards.map(card),
            rule: RetryRule(window: .seconds(60)), now: now)
    }

    /// The rows of a card as a change has left them.
    private static func rows(after change: SourceUserChange, of card: String) throws -> [String: LinkRow] {
        try #require(change.changes.first { $0.card.cardID == card }).rows
    }

    @Test("an event of the source user links every card, and one of a card links that card alone")
    func reach() {
        let every = Self.change([Self.event(1_000, inboxID: 1)], cards: ["card-1", "card-2"])
        #expect(every.changedCardIDs == ["card-1", "card-2"])
        #expect(every.changes.allSatisfy { $0.isNewVersion && $0.after.links.map(\.programID) == ["prg_a"] })
        let one = Self.change([Self.event(1_000, inboxID: 1, card: "card-2")], cards: ["card-1", "card-2"])
        #expect(one.changedCardIDs == ["card-2"])
        #expect(every.heldDeliveries.isEmpty && every.settledInboxIDs.isEmpty)
    }

    @Test("events of one stamp that disagree are held, and a newer event settles them")
    func dispute() throws {
        let rivals = [Self.event(1_000, inboxID: 1), Self.event(1_000, account: "M-2", inboxID: 2)]
        let disputed = Self.change(rivals, cards: ["card-1"])
        #expect(disputed.heldDeliveries == [1: .sameStampConflict, 2: .sameStampConflict])
        #expect(disputed.settledInboxIDs.isEmpty)
        let rows = [ExactText("card-1"): try Self.rows(after: disputed, of: "card-1")]
        let settled = Self.change(rivals + [Self.event(2_000, inboxID: 3)], rows: rows, cards: ["card-1"])
        #expect(settled.heldDeliveries.isEmpty)
        #expect(settled.settledInboxIDs == [1, 2, 3])
    }

    @Test("a delivery that is held for one card and settled for another is held")
    func heldForOne() {
        let events = [
            Self.event(1_000, inboxID: 1), Self.event(1_000, account: "M-2", inboxID: 2, card: "card-1"),
        ]
        let change = Self.change(events, cards: ["card-1", "card-2"])
        #expect(change.heldDeliveries == [1: .sameStampConflict, 2: .sameStampConflict])
        #expect(change.changes.map { $0.heldDeliveries.isEmpty } == [false, true])
    }

    @Test("an event that repeats one which may have gone unanswered may be its retry")
    func retry() {
        func change(isAnswered: Bool) -> SourceUserChange {
            Self.change(
                [
                    Self.event(1_000, inboxID: 1, isAnswered: isAnswered),
                    Self.event(1_010, .delinked, inboxID: 2), Self.event(1_020, inboxID: 3),
                ], cards: ["card-1"])
        }
        #expect(change(isAnswered: false).heldDeliveries == [3: .mayBeRetry])
        #expect(change(isAnswered: false).retried.map { $0.map(\.inboxID) } == [[3]])
        #expect(change(isAnswered: true).heldDeliveries.isEmpty)
    }

    @Test("without a card a dispute is held all the same, and a retry is not")
    func withoutCard() {
        let rivals = [Self.event(1_000, inboxID: 1), Self.event(1_000, .delinked, inboxID: 2)]
        let disputed = Self.change(rivals, cards: [])
        #expect(disputed.heldDeliveries == [1: .sameStampConflict, 2: .sameStampConflict])
        #expect(disputed.changes.isEmpty && disputed.changedCardIDs.isEmpty)
        let repeated = Self.change(
            [
                Self.event(1_000, inboxID: 1, isAnswered: false), Self.event(1_010, .delinked, inboxID: 2),
                Self.event(1_020, inboxID: 3),
            ], cards: [])
        #expect(repeated.heldDeliveries.isEmpty)
        #expect(repeated.settledInboxIDs == [1, 2, 3])
    }
}
