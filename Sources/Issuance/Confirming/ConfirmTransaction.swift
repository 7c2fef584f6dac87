package import Cosmo
package import Deliveries
import Foundation
package import PostgreSQL
import Rewards
import Waiting

/// Applies a transaction webhook to the issuance it is about, before or after Cosmo's answer to the call.
///
/// One that matches nothing yet is looked up at Cosmo, outside the transaction.
package struct ConfirmTransaction: DeliveryHandler {
    /// What Cosmo said when it was asked about a webhook that matches nothing.
    package enum Context: Sendable, Hashable {
        /// Cosmo was not asked.
        case notAsked
        /// Cosmo knows the transaction.
        case found(CosmoTransaction)
        /// Cosmo does not know it.
        case absent
        /// Cosmo refused the question.
        case refused
        /// Cosmo gave no answer, and may later; how long it asks to wait.
        case failed(retryAfter: Duration)
    }

    /// What became of a webhook.
    package enum Outcome: Sendable, Hashable {
        /// The issuance is confirmed by it.
        case confirmed(referenceNumber: String)
        /// It says what was known.
        case repeated(referenceNumber: String)
        /// It contradicts the issuance, which shows it; a person looks at both.
        case mismatched(referenceNumber: String, differences: [FactDifference])
        /// It is about an issuance of ours and lacks the value or the account, so it proves nothing; reads settle the
        /// issuance.
        case incomplete(referenceNumber: String)
        /// It matches nothing yet: the answer that names it may still be under way.
        case notYet(retryAfter: Duration)
        /// It is about no issuance of ours.
        case unknownTransaction

        /// The delivery's verdict; `isPrepared` says whether Cosmo could already be asked.
        package func verdict(isPrepared: Bool) -> DeliveryVerdict {
            switch self {
            case .confirmed: .applied()
            case .repeated: .applied(note: "REPEATED")
            case .mismatched: .parked(reason: "TRANSACTION_MISMATCH")
            case .incomplete: .parked(reason: "TRANSACTION_INCOMPLETE")
            case .unknownTransaction: .parked(reason: "TRANSACTION_UNKNOWN")
            case .notYet(let pause): isPrepared ? .retry(after: pause, reason: "NOT_MATCHED_YET") : .prepare
            }
        }
    }

    private let pool: PostgresPool
    private let cosmo: any CosmoAPI
    private let configuration: IssuanceConfiguration
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case.
    package init(
        pool: PostgresPool, cosmo: any CosmoAPI, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.configuration = configuration
        self.now = now
    }

    /// Asks Cosmo if the delivery can be read and the question is due.
    package func prepare(_ delivery: DueDelivery) async throws -> Context {
        guard let event = try? TransactionEventPayload(body: delivery.body) else { return .notAsked }
        return try await prepare(event, attempts: delivery.attempts)
    }

    /// Applies a delivery in the caller's transaction; one that cannot be read is parked.
    package func apply(
        _ delivery: DueDelivery, prepared: Context?, on connection: PostgresConnection
    ) async throws -> DeliveryVerdict {
        let event: TransactionEventPayload
        do throws(WebhookPayloadError) {
            event = try TransactionEventPayload(body: delivery.body)
        } catch {
            return .parked(reason: error.reason.rawValue)
        }
        let outcome = try await outcome(
            of: event, context: prepared ?? .notAsked, attempts: delivery.attempts, on: connection)
        return outcome.verdict(isPrepared: prepared != nil)
    }

    /// Asks Cosmo about a webhook that still matches nothing after a few tries; otherwise does nothing.
    ///
    /// - Parameter attempts: how often the delivery was tried before.
    package func prepare(_ event: TransactionEventPayload, attempts: Int) async throws -> Context {
        guard attempts >= configuration.webhookMatchAttempts else { return .notAsked }
        let match = try await pool.withConnection { try await Self.reference(of: event, on: $0) }
        guard match == nil else { return .notAsked }
        do {
            return try await cosmo.transaction(event.transactionID).map(Context.found) ?? .absent
        } catch {
            return error.isTransient ? .failed(retryAfter: error.retryAfter ?? .zero) : .refused
        }
    }

    /// Applies a webhook in the caller's transaction.
    ///
    /// **Guarantees** Nothing is confirmed unless id, value and account are there and agree with ours.
    package func outcome(
        of event: TransactionEventPayload, context: Context, attempts: Int, on connection: PostgresConnection
    ) async throws -> Outcome {
        var facts = TransactionFacts(event)
        var reference = try await Self.reference(of: event, on: connection)
        if reference == nil {
            switch context {
            case .notAsked:
                return .notYet(retryAfter: configuration.webhookRetryDelay)
            case .refused:
                return attempts < configuration.webhookMatchAttempts + configuration.webhookReadAttempts
                    ? .notYet(retryAfter: configuration.webhookRetryDelay) : try await unknown(on: connection)
            case .failed(let asked):
                // Nothing is said about the transaction, so it is asked for again, later and later.
                let pause = configuration.webhookBackoff.pause(
                    afterFailures: attempts - configuration.webhookMatchAttempts + 1)
                return .notYet(retryAfter: max(pause, asked))
            case .absent:
                return try await unknown(on: connection)
            case .found(let transaction):
                guard transaction.id == event.transactionID, let named = transaction.referenceNumber,
                    try await connection.pipeline(IssuanceReads.exists(named)) == 1
                else { return try await unknown(on: connection) }
                facts.referenceNumber = facts.referenceNumber ?? named
                reference = named
            }
        }
        guard let reference else { return .unknownTransaction }
        guard facts.account != nil, facts.value != nil || facts.valueIsFractional else {
            // It confirms nothing. An issuance that is confirmed already, and agrees with what it says, needs nothing
            // of it.
            let issuance = try await connection.first(IssuanceStore.lock([reference]))
            guard let issuance, issuance.status == .confirmed, issuance.cosmoTransactionID == facts.transactionID,
                facts.differences(from: issuance).isEmpty
            else { return .incomplete(referenceNumber: reference) }
            return .repeated(referenceNumber: reference)
        }
        let transition =
            try await ApplyIssuanceEvents(policy: configuration.settlement).apply(
                [.init(referenceNumber: reference, event: .webhook(facts))], at: now(), on: connection
            ).first ?? nil
        guard let transition else { return .unknownTransaction }
        switch transition.verdict {
        case .applied: return .confirmed(referenceNumber: reference)
        case .repeated, .dropped: return .repeated(referenceNumber: reference)
        case .mismatched(let differences): return .mismatched(referenceNumber: reference, differences: differences)
        }
    }

    /// A transaction of no issuance. While a recovery is open, that recovery may be about to adopt the very issuance.
    private func unknown(on connection: PostgresConnection) async throws -> Outcome {
        try await connection.pipeline(RecoveryStore.findOpen) > 0
            ? .notYet(retryAfter: configuration.recoveryRetryAfter) : .unknownTransaction
    }

    /// The issuance a webhook is about: by our reference when it has one, else by Cosmo's id.
    ///
    /// **Cost** One round trip.
    private static func reference(
        of event: TransactionEventPayload, on connection: PostgresConnection
    ) async throws -> String? {
        let named = event.referenceNumber.flatMap { CosmoIssuanceRequest.isReferenceNumber($0) ? $0 : nil }
        let (found, owners) = try await connection.pipeline(
            named.map(IssuanceStore.exists), IssuanceReads.owner(ofTransaction: event.transactionID))
        return found == 1 ? named : owners?.first?.1
    }
}

extension TransactionFacts {
    /// The facts of a webhook.
    package init(_ event: TransactionEventPayload) {
        self.init(
            transactionID: event.transactionID, referenceNumber: event.referenceNumber, programID: event.programID,
            value: event.wholeValue, currency: event.currency, account: event.account,
            totalPoints: event.totalPoints?.description)
        valueIsFractional = event.value != nil && event.wholeValue == nil
    }
}
