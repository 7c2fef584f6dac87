import Cards
package import Cosmo
package import OperatorRecord
import PostgreSQL
import Rewards

/// Links a program to one card, or changes the account of a link, for platforms with a user interface of their own.
///
/// The call becomes a connection event of the card, so that one function decides whatever its origin (I-8). Its stamp
/// is our clock's, and after every event of the pair so far: the call takes effect.
///
/// **Guarantees**: idempotent by request id (I-5); no change, no new version.
package struct LinkProgram: Sendable {
    /// What the platform asks for.
    package struct Request: Sendable, Hashable {
        /// The card.
        package var cardID: String
        /// The program.
        package var programID: String
        /// Where its points go.
        package var account: CosmoAccount
        /// Its parts; nil for no share of its own.
        package var parts: Int?
        /// The platform's id of this request.
        package var requestID: String

        /// Makes a request.
        package init(cardID: String, programID: String, account: CosmoAccount, parts: Int? = nil, requestID: String) {
            self.cardID = cardID
            self.programID = programID
            self.account = account
            self.parts = parts
            self.requestID = requestID
        }
    }

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Links the program.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the request was answered before.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `REQUEST_CONFLICT`, `UNKNOWN_PROGRAM`,
    /// `MISSING_ACCOUNT_FIELD`, `TOO_MANY_LINKS`, `TOO_MANY_PARTS`, in this order; `PostgresError`.
    package func callAsFunction(_ request: Request, audit: AuditEntry? = nil) async throws -> PreferencesAnswer {
        try RequestCheck.programID(request.programID)
        try RequestCheck.account(request.account)
        if let parts = request.parts, !(1...WeightVector.partsSumMax).contains(parts) {
            throw PreferencesError(.invalidArgument, "parts must be 1 to 10000, or 0 for none", field: "parts")
        }
        let frame = PlatformRequest(
            cardID: request.cardID, requestID: request.requestID,
            content: ["link", request.programID, request.parts.map(String.init) ?? ""]
                + request.account.fields.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        return try await frame.run(context, cause: .link, audit: audit) { card, now, connection in
            try checkProgram(request)
            let sourceUserID = card.record.sourceUserID
            let pair = ConnectionEventStore.events(ofSourceUser: sourceUserID, programID: request.programID)
            let (stored, earlier) = try await connection.pipeline(LinkStore.rows(ofCard: card.id), pair)
            let linkedCount = stored.values.count(where: \.isLinked)
            guard stored[request.programID]?.isLinked == true || linkedCount < WeightVector.programCountMax else {
                throw PreferencesError(
                    .tooManyLinks, "a card may have at most 16 programs; delink one first", field: "program_id")
            }
            let event = ConnectionEvent(
                cardID: card.id, programID: request.programID, kind: .linked, stampMicros: 0,
                account: request.account, requestID: request.requestID
            ).stamped(after: earlier, now: now)
            let (_, events) = try await connection.pipeline(
                ConnectionEventStore.insert(event, sourceUserID: sourceUserID, now: now), pair)
            let change = CardChange(
                card: card.record, stored: stored, events: events, programIDs: [request.programID],
                allocation: request.parts.map { [request.programID: $0] } ?? [:], rule: context.retryRule,
                now: now)
            guard request.parts == nil || !change.after.isScaled else { throw PreferencesError.tooManyParts }
            return change
        }
    }

    private func checkProgram(_ request: Request) throws(PreferencesError) {
        guard context.programs.isKnown(request.programID) else {
            throw PreferencesError(
                .unknownProgram, "the catalogue has no such program; ListPrograms shows what it has",
                field: "program_id")
        }
        let missing = (context.programs.requiredFields(request.programID) ?? []).first {
            request.account.fields[$0] == nil
        }
        if let missing {
            CosmoMetrics.countRefusedDestination(
                PreferencesError.Reason.missingAccountField.rawValue, field: missing)
            throw PreferencesError(
                .missingAccountField, "the program requires \(missing) in the account", field: "destination_account")
        }
    }
}
