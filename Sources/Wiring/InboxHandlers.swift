import Cosmo
package import Inbox
package import Issuance
package import Preferences

/// What is done with each kind of webhook delivery.
package enum InboxHandlers {
    /// What applies every kind.
    ///
    /// - Parameter onLinksChanged: Called after the commit of a delivery that may have changed links, to wake the link
    ///   checker; it must return at once.
    package static func all(
        connections: ApplyConnectionEvent, transactions: ConfirmTransaction,
        onLinksChanged: @escaping @Sendable () -> Void = {}
    ) -> [InboxKind: InboxHandler] {
        [
            .programConnection: programConnection(connections, onLinksChanged),
            .transaction: transaction(transactions),
        ]
    }

    /// A Program Connection delivery changes preferences.
    private static func programConnection(
        _ apply: ApplyConnectionEvent, _ onLinksChanged: @escaping @Sendable () -> Void
    ) -> InboxHandler {
        InboxHandler(onCommitted: onLinksChanged) { entry, connection in
            switch try await apply(body: entry.body, stamp: entry.stamp, inboxID: entry.id, on: connection) {
            case .applied(_, let note): .applied(note: note)
            case .held(let reason): .held(reason: reason)
            case .parked(let reason): .parked(reason: reason)
            }
        }
    }

    /// A Transaction delivery confirms an issuance; one that matches nothing yet is looked up at Cosmo, outside the
    /// transaction.
    private static func transaction(_ confirm: ConfirmTransaction) -> InboxHandler {
        InboxHandler(
            prepare: { entry -> ConfirmTransaction.Context in
                guard let event = try? TransactionEventPayload(body: entry.body) else { return .notAsked }
                return try await confirm.prepare(event, attempts: entry.attempts)
            },
            apply: { entry, context, connection in
                let event: TransactionEventPayload
                do throws(WebhookPayloadError) {
                    event = try TransactionEventPayload(body: entry.body)
                } catch {
                    return .parked(reason: error.reason.rawValue)
                }
                let outcome = try await confirm.apply(
                    event, context: context ?? .notAsked, attempts: entry.attempts, on: connection)
                return verdict(outcome, isPrepared: context != nil)
            })
    }

    private static func verdict(_ outcome: ConfirmTransaction.Outcome, isPrepared: Bool) -> InboxVerdict {
        switch outcome {
        case .confirmed: .applied(note: nil)
        case .repeated: .applied(note: "REPEATED")
        case .mismatched, .incomplete, .unknownTransaction: .parked(reason: outcome.parkedReason ?? "UNMATCHED")
        case .notYet(let pause): isPrepared ? .retry(after: pause, reason: "NOT_MATCHED_YET") : .prepare
        }
    }
}
