package import Cosmo
import Cryptography
package import PostgreSQL
import Rewards

/// One verified statement that a program was linked to, or delinked from, a source user or one of its cards.
///
/// The preference of a card is a function of the set of these (I-8).
package struct ConnectionEvent: Sendable, Hashable {
    /// What happened to the pair.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The pair exists, with this account.
        case linked = "LINKED"
        /// The pair is gone.
        case delinked = "DELINKED"
    }

    /// The row's number; 0 before it is stored. Only a reference: no decision depends on it.
    package var eventID: Int64
    /// The one card it is about; nil for every card of the source user.
    package var cardID: String?
    /// The program.
    package var programID: String
    /// What happened.
    package var kind: Kind
    /// When the sender says it happened, microseconds since 1970.
    package var stampMicros: Int64
    /// The account to reward.
    package var account: CosmoAccount
    /// The program's parts, when the event says them: 1 to 10,000.
    package var parts: Int?
    /// The inbox entry it came with; nil for a platform's own call.
    package var inboxID: Int64?
    /// The platform's request it came with; nil for a webhook.
    package var requestID: String?
    /// False once an operator decided that it does not count.
    package var isStanding: Bool
    /// Whether its delivery is known to have been answered while its sender waited, so that no retry of it will come.
    package var isAnswered: Bool
    /// Whether an operator decided that it is no retry but the cardholder's own word.
    package var isConfirmed: Bool
    /// When we learnt it; nil before it is stored. It decides nothing except how long issuing waits.
    package var recordedAt: PostgresTimestamp?

    /// Makes an event; parts and account of a removal say nothing and are not compared.
    package init(
        eventID: Int64 = 0, cardID: String? = nil, programID: String, kind: Kind, stampMicros: Int64,
        account: CosmoAccount = CosmoAccount(), parts: Int? = nil, inboxID: Int64? = nil, requestID: String? = nil,
        isStanding: Bool = true, isAnswered: Bool = false, isConfirmed: Bool = false,
        recordedAt: PostgresTimestamp? = nil
    ) {
        self.eventID = eventID
        self.cardID = cardID
        self.programID = programID
        self.kind = kind
        self.stampMicros = stampMicros
        self.account = account
        self.parts = parts
        self.inboxID = inboxID
        self.requestID = requestID
        self.isStanding = isStanding
        self.isAnswered = isAnswered
        self.isConfirmed = isConfirmed
        self.recordedAt = recordedAt
    }

    /// What the event says, apart from when: two events of equal content have the same effect.
    var content: Content {
        kind == .linked
            ? Content(kind: kind, account: account, parts: parts)
            : Content(kind: kind, account: CosmoAccount(), parts: nil)
    }

    struct Content: Hashable {
        let kind: Kind
        let account: CosmoAccount
        let parts: Int?
    }

    /// SHA-256 over the program and the content, each piece preceded by its length, so that the body's spelling (order
    /// of members, spaces, unknown fields) makes no second event of a repeated delivery.
    package var contentDigest: [UInt8] {
        let content = content
        var pieces = [programID, content.kind.rawValue, content.parts.map(String.init) ?? ""]
        for (name, value) in content.account.fields.sorted(by: { $0.key < $1.key }) { pieces += [name, value] }
        var hash = SHA256()
        for piece in pieces {
            hash.update(Array("\(piece.utf8.count):".utf8))
            hash.update(Array(piece.utf8))
        }
        return hash.finalize()
    }
}

extension ConnectionEvent {
    /// A platform's own event with its stamp: our clock's, or a later one that comes after every event of its pair.
    ///
    /// - Parameter earlier: the events of the pair, read under the card's lock. An event of the source user that is
    ///   being added meanwhile waits for that lock before it is applied, and then meets this one.
    func stamped(after earlier: [ConnectionEvent], now: PostgresTimestamp) -> ConnectionEvent {
        let newest = earlier.map(\.stampMicros).max() ?? .min
        var stamped = self
        stamped.stampMicros = max(now.microsecondsSinceEpoch, newest == .max ? newest : newest + 1)
        return stamped
    }

    /// Whether it is about the same cards as another event of its source user: a retry is.
    func isAboutSameCards(as other: ConnectionEvent) -> Bool {
        cardID.map(ExactText.init) == other.cardID.map(ExactText.init)
    }
}
