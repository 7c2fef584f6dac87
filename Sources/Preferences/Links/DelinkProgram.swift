import Cards
package import OperatorRecord
import PostgreSQL
import Rewards

/// Removes a program from one card; what was earned is still issued to its last account.
///
/// **Guarantees**: idempotent by request id (I-5).
package struct DelinkProgram: Sendable {
    /// What the platform asks for.
    package struct Request: Sendable, Hashable {
        /// The card.
        package var cardID: String
        /// The program.
        package var programID: String
        /// The platform's id of this request.
        package var requestID: String

        /// Makes a request.
        package init(cardID: String, programID: String, requestID: String) {
            self.cardID = cardID
            self.programID = programID
            self.requestID = requestID
        }
    }

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Removes the link.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the request was answered before.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `REQUEST_CONFLICT`, `NOT_LINKED`, in
    /// this order; `PostgresError`.
    package func callAsFunction(_ request: Request, audit: AuditEntry? = nil) async throws -> PreferencesAnswer {
        try RequestCheck.programID(request.programID)
        let frame = PlatformRequest(
            cardID: request.cardID, requestID: request.requestID, content: ["delink", request.programID])
        return try await frame.run(context, cause: .delink, audit: audit) { card, now, connection in
            let sourceUserID = card.record.sourceUserID
            let pair = ConnectionEventStore.events(ofSourceUser: sourceUserID, programID: request.programID)
            let (stored, earlier) = try await connection.pipeline(LinkStore.rows(ofCard: card.id), pair)
            guard stored[request.programID]?.isLinked == true else {
                throw PreferencesError(.notLinked, "the program is not linked to the card", field: "program_id")
            }
            let event = ConnectionEvent(
                cardID: card.id, programID: request.programID, kind: .delinked, stampMicros: 0,
                requestID: request.requestID
            ).stamped(after: earlier, now: now)
            let (_, events) = try await connection.pipeline(
                ConnectionEventStore.insert(event, sourceUserID: sourceUserID, now: now), pair)
            return CardChange(
                card: card.record, stored: stored, events: events, programIDs: [request.programID],
                rule: context.retryRule, now: now)
        }
    }
}
