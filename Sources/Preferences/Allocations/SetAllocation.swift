import Cards
import Cosmo
package import OperatorRecord
import PostgreSQL
import Rewards

/// Sets the shares of linked programs.
///
/// Programs that are linked and not named keep what they had. Parts that a connection event carries go before the parts
/// allocated here, as long as that event is in force.
///
/// **Guarantees**: idempotent by request id (I-5); no change, no new version.
package struct SetAllocation: Sendable {
    /// One program's share.
    package struct Share: Sendable, Hashable {
        /// The program.
        package var programID: String
        /// Its parts, 1 to 10,000.
        package var parts: Int

        /// Makes a share.
        package init(programID: String, parts: Int) {
            self.programID = programID
            self.parts = parts
        }
    }

    /// What the platform asks for.
    package struct Request: Sendable, Hashable {
        /// The card.
        package var cardID: String
        /// The shares, each program once, in any order.
        package var shares: [Share]
        /// The version that must be in force; 0 for any.
        package var expectedVersion: Int64
        /// The platform's id of this request.
        package var requestID: String

        /// Makes a request.
        package init(cardID: String, shares: [Share], expectedVersion: Int64 = 0, requestID: String) {
            self.cardID = cardID
            self.shares = shares
            self.expectedVersion = expectedVersion
            self.requestID = requestID
        }
    }

    /// The most programs that one call may name.
    package static let sharesMax = WeightVector.programCountMax

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Sets the shares.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the request was answered before.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `REQUEST_CONFLICT`, `VERSION_MISMATCH`,
    /// `NOT_LINKED`, `TOO_MANY_PARTS`, in this order; `PostgresError`.
    package func callAsFunction(_ request: Request, audit: AuditEntry? = nil) async throws -> PreferencesAnswer {
        let shares = try check(request)
        let sorted = request.shares.sorted { $0.programID < $1.programID }
        let frame = PlatformRequest(
            cardID: request.cardID, requestID: request.requestID,
            content: ["allocation", String(request.expectedVersion)]
                + sorted.flatMap { [$0.programID, String($0.parts)] })
        return try await frame.run(context, cause: .allocation, audit: audit) { card, now, connection in
            guard request.expectedVersion == 0 || request.expectedVersion == card.record.preferenceVersion else {
                throw PreferencesError(
                    .versionMismatch, "version \(card.record.preferenceVersion) is in force; read it and decide again",
                    field: "expected_version")
            }
            let stored = try await connection.pipeline(LinkStore.rows(ofCard: card.id))
            for share in sorted where stored[share.programID]?.isLinked != true {
                throw PreferencesError(
                    .notLinked, "a program among the shares is not linked to the card; link it first", field: "shares")
            }
            let change = CardChange(
                card: card.record, stored: stored, events: [], programIDs: [], allocation: shares,
                rule: context.retryRule, now: now)
            guard !change.after.isScaled else { throw PreferencesError.tooManyParts }
            return change
        }
    }

    private func check(_ request: Request) throws(PreferencesError) -> [String: Int] {
        try RequestCheck.id(request.cardID, "card_id")
        try RequestCheck.id(request.requestID, "request_id")
        guard request.expectedVersion >= 0 else {
            throw PreferencesError(.invalidArgument, "expected_version must not be negative", field: "expected_version")
        }
        guard (1...Self.sharesMax).contains(request.shares.count) else {
            throw PreferencesError(.invalidArgument, "name 1 to \(Self.sharesMax) programs", field: "shares")
        }
        var shares: [String: Int] = [:]
        for share in request.shares {
            try RequestCheck.programID(share.programID)
            guard (1...WeightVector.partsSumMax).contains(share.parts) else {
                throw PreferencesError(
                    .invalidArgument, "parts must be 1 to 10000; delink a program instead of giving it nothing",
                    field: "shares")
            }
            guard shares.updateValue(share.parts, forKey: share.programID) == nil else {
                throw PreferencesError(.invalidArgument, "give each program one share", field: "shares")
            }
        }
        return shares
    }
}

extension PreferencesError {
    static let tooManyParts = PreferencesError(
        .tooManyParts, "in lowest terms the card's parts would sum to more than 10000; use coarser parts",
        field: "shares")
}
