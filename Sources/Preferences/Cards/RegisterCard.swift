package import Cards
import Cosmo
import Cryptography
package import OperatorRecord
import PostgreSQL
import Rewards

/// Makes a card known; connection events that came before it take effect now.
///
/// **Guarantees**: idempotent by card id (I-5): an equal call gives the card again, marked as replayed; other facts are
/// refused. A card registered while an event of its source user is being applied misses nothing of it.
package struct RegisterCard: Sendable {
    /// What the platform says of a card.
    package struct Request: Sendable, Hashable {
        /// The card's id, chosen by the platform.
        package var cardID: String
        /// The platform's name for the cardholder.
        package var userID: String
        /// The currency of its spends, ISO 4217.
        package var currencyCode: String
        /// The name Cosmo will know the cardholder by; nil to have one made for the card.
        package var sourceUserID: String?
        /// The issuer's own name for the kind of card; empty for none.
        package var cardProgram: String

        /// Makes a request.
        package init(
            cardID: String, userID: String, currencyCode: String, sourceUserID: String? = nil, cardProgram: String = ""
        ) {
            self.cardID = cardID
            self.userID = userID
            self.currencyCode = currencyCode
            self.sourceUserID = sourceUserID
            self.cardProgram = cardProgram
        }
    }

    /// The card, and whether it stood already.
    package struct Answer: Sendable, Hashable {
        /// The card.
        package let card: CardRecord
        /// Whether this repeats the answer to an earlier equal call.
        package let isReplayed: Bool
    }

    private let context: PreferencesContext
    private let makeSourceUserID: @Sendable () -> String

    /// Makes the use case; source user ids are made unique and beyond guessing by default.
    package init(
        context: PreferencesContext,
        makeSourceUserID: @escaping @Sendable () -> String = RegisterCard.randomSourceUserID
    ) {
        self.context = context
        self.makeSourceUserID = makeSourceUserID
    }

    /// A source user id of 128 random bits.
    package static func randomSourceUserID() -> String { "mb_" + Hexadecimal.encode(randomBytes(count: 16)) }

    /// Registers a card.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the card was registered before.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CURRENCY`, `CARD_CONFLICT`; `PostgresError`.
    package func callAsFunction(_ request: Request, audit: AuditEntry? = nil) async throws -> Answer {
        try check(request)
        // A request without a card program hashes as it did before there were any.
        let hash = PreferenceRequestStore.hash(
            [request.cardID, request.userID, request.currencyCode, request.sourceUserID ?? ""]
                + (request.cardProgram.isEmpty ? [] : [request.cardProgram]))
        let attempts = CommitAttempts()
        let sourceUserID = request.sourceUserID ?? makeSourceUserID()
        let lines = ["card:\(request.cardID)"] + (request.sourceUserID.map { ["source-user:\($0)"] } ?? [])
        let answer = try await context.pool.withLines(lines) {
            try await context.pool.commit(attempts) { connection in
                try await register(request, sourceUserID: sourceUserID, hash: hash, attempts, audit, connection)
            }
        }
        if !answer.isReplayed { context.onChanged(request.cardID) }
        return answer
    }

    private func check(_ request: Request) throws(PreferencesError) {
        try RequestCheck.id(request.cardID, "card_id")
        try RequestCheck.id(request.userID, "user_id")
        if let sourceUserID = request.sourceUserID { try RequestCheck.id(sourceUserID, "source_user_id") }
        if !request.cardProgram.isEmpty { try RequestCheck.id(request.cardProgram, "card_program") }
        guard (try? CurrencyCode(request.currencyCode)) != nil else {
            throw PreferencesError(
                .unknownCurrency, "currency_code must be an active ISO 4217 code in capital letters",
                field: "currency_code")
        }
    }

    private func register(
        _ request: Request, sourceUserID: String, hash: [UInt8], _ attempts: CommitAttempts, _ audit: AuditEntry?,
        _ connection: PostgresConnection
    ) async throws -> Answer {
        let sourceUser = try await LockedSourceUser.lock(sourceUserID, on: connection)
        let now = context.now()
        attempts.note(now)
        guard
            let card = try await sourceUser.register(
                CardRegistration(
                    cardID: request.cardID, userID: request.userID, currencyCode: request.currencyCode,
                    cardProgram: request.cardProgram, requestHash: hash), now: now, on: connection)
        else { return try await replay(request, hash: hash, attempts, connection) }
        if let audit { _ = try await connection.query(audit.statement) }
        let set = ConnectionEventStore.events(ofSourceUser: sourceUserID, programID: nil)
        var (open, events) = try await connection.pipeline(
            ConnectionEventStore.openDeliveries(ofSourceUser: sourceUserID, programID: nil), set)
        if try await context.takeAnswers(among: open, now: now, connection) { events = try await connection.all(set) }
        guard !events.isEmpty else { return Answer(card: card.record, isReplayed: false) }
        let change = CardChange(
            card: card.record, stored: [:], events: events, programIDs: Set(events.map(\.programID)),
            rule: context.retryRule, now: now)
        let newest = events.max { $0.stampMicros < $1.stampMicros }
        _ = try await connection.pipeline(
            change.writes(
                to: card, cause: PreferenceCause(.event, id: newest?.inboxID.map(String.init) ?? ""), effectiveAt: now,
                also: HeldDeliveries.shown(change.heldDeliveries, in: context.deliveries, now: now), context: context,
                now: now)
        )
        return Answer(card: card.record.at(version: change.version), isReplayed: false)
    }

    private func replay(
        _ request: Request, hash: [UInt8], _ attempts: CommitAttempts, _ connection: PostgresConnection
    ) async throws -> Answer {
        let (cards, hashes) = try await connection.pipeline(
            CardStore.find(request.cardID), CardStore.requestHash(request.cardID))
        guard let card = cards.first else { throw PreferencesError.unknownCard }
        let namesStored =
            ExactText(request.userID) == ExactText(card.userID) && request.currencyCode == card.currencyCode
            && request.sourceUserID.map(ExactText.init) == ExactText(card.sourceUserID)
            && ExactText(request.cardProgram) == ExactText(card.cardProgram)
        let isEqual = hashes.first == hash
        guard namesStored || isEqual else {
            throw PreferencesError(
                .cardConflict,
                "the card is registered with another user, currency, source user or card program; read it, or use "
                    + "another card_id", field: "card_id")
        }
        return Answer(card: card, isReplayed: !attempts.wrote(at: card.registeredAt))
    }
}

extension CardRecord {
    func at(version: Int64) -> CardRecord {
        CardRecord(
            cardID: cardID, userID: userID, currencyCode: currencyCode, sourceUserID: sourceUserID,
            preferenceVersion: version, registeredAt: registeredAt, cardProgram: cardProgram)
    }
}
