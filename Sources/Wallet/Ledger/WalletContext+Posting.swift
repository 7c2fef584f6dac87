import PostgreSQL
import Rewards

extension WalletContext {
    /// What a posting does: the account after it, and the statements that write it with its event.
    struct Posted: Sendable {
        let transactionID: String
        let account: WalletAccount
        let statements: [PostgresStatement]
    }

    /// Decides one ledger row and returns its statements; the member's row must be locked in this transaction.
    ///
    /// - Parameter transactionID: the row's id; one is made when it is nil.
    /// **Errors** `INSUFFICIENT_POINTS`, `VALIDATION` when a total would overflow.
    func post(
        _ cause: WalletCause, amount: Int64, reason: String?, redemptionID: String? = nil, holdID: String? = nil,
        transactionID: String? = nil, to id: String, account: WalletAccount, _ environment: WalletEnvironment,
        now: PostgresTimestamp
    ) throws(WalletError) -> Posted {
        let next = try account.posting(amount)
        let posting = LedgerStore.Posting(
            transactionID: transactionID ?? makeID("wtx_"), cause: cause, amount: amount, reason: reason,
            redemptionID: redemptionID, holdID: holdID)
        let data = posting.eventData(externalUserID: id, balance: next.balance)
        let notice = event(amount > 0 ? .walletCredited : .walletDebited, environment, data, now: now)
        return Posted(
            transactionID: posting.transactionID, account: next,
            statements: LedgerStore.post(posting, member: id, environment, account: next, now: now) + [notice])
    }

    /// The statement that queues an event for every endpoint that asked for it, in the same transaction.
    func event(
        _ event: WalletEvent, _ environment: WalletEnvironment, _ data: JSONValue, now: PostgresTimestamp
    ) -> PostgresStatement {
        let id = makeID("evt_")
        let body = JSONValue.members([
            ("id", .string(id)), ("event", .string(event.rawValue)), ("environment", .string(environment.rawValue)),
            ("createdAt", .string(WalletTime.text(now))), ("data", data),
        ])
        return OutboxStore.tell(event, id: id, body: body.canonicalText, environment, now: now)
    }
}

extension LedgerStore.Posting {
    /// What endpoints receive about the row.
    func eventData(externalUserID: String, balance: Int64) -> JSONValue {
        .members([
            ("externalUserID", .string(externalUserID)), ("transactionID", .string(transactionID)),
            ("amount", .integer(amount)), ("balance", .integer(balance)), ("reason", .text(reason)),
            ("redemptionID", .text(redemptionID)), ("holdID", .text(holdID)),
        ])
    }
}
