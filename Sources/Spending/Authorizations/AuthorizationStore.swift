import Cards
import PostgreSQL
import Rewards

/// The SQL of `authorizations`.
enum AuthorizationStore {
    /// An authorisation as it is now, with the hash of the request that made it.
    struct Standing: Sendable {
        let authorization: SpendAuthorization
        let hash: [UInt8]
    }

    /// Reads an authorisation with what has cleared so far.
    static func read(_ authorizationID: String) -> Query<Standing> {
        Query(
            """
            select a.card_id, a.authorization_id, a.amount_minor, a.currency_code, a.merchant_category_code,
                   a.merchant_name, a.merchant_country, a.authorized_at, a.preference_version, a.status, a.recorded_at,
                   a.reversed_at, a.request_hash, (
                   select least(coalesce(sum(s.amount_minor), 0), 9223372036854775807)::int8 from spends s
                    where s.card_id = a.card_id and s.authorization_id = a.authorization_id) as cleared_minor
              from authorizations a where a.authorization_id = $1
            """, [.text(authorizationID)]
        ) { row in
            let amount = Money(
                currency: try CurrencyCode(try row.get("currency_code", as: String.self)),
                minorUnits: try row.get("amount_minor"))
            let authorization = SpendAuthorization(
                authorizationID: try row.get("authorization_id"), cardID: try row.get("card_id"), amount: amount,
                merchantCategoryCode: try row.get("merchant_category_code"),
                merchantName: try row.get("merchant_name"), merchantCountry: try row.get("merchant_country"),
                authorizedAt: try row.get("authorized_at"), preferenceVersion: try row.get("preference_version"),
                status: try row.get("status", of: "authorizations"), clearedMinor: try row.get("cleared_minor"),
                recordedAt: try row.get("recorded_at"), reversedAt: try row.get("reversed_at"))
            return Standing(authorization: authorization, hash: try row.get("request_hash"))
        }
    }

    /// Which card an authorisation is of; it never changes.
    static func findCard(_ authorizationID: String) -> Query<String> {
        Query("select card_id from authorizations where authorization_id = $1", [.text(authorizationID)]) { row in
            try row.get("card_id")
        }
    }

    /// Inserts an authorisation under the preference in force, which the locked row names; no row when the id was taken
    /// meanwhile by another card.
    static func insert(
        _ authorization: ValidatedAuthorization, of card: LockedCard, recordedAt: PostgresTimestamp
    ) -> PostgresStatement {
        let purchase = authorization.purchase
        return PostgresStatement(
            """
            insert into authorizations (
                card_id, authorization_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                merchant_country, authorized_at, preference_version, request_hash, recorded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict do nothing
            """,
            [
                .text(card.id), .text(authorization.authorizationID),
                .int8(purchase.amount.minorUnits), .text(purchase.amount.currency.text),
                .text(purchase.merchantCategoryCode), .text(purchase.merchantName), .text(purchase.merchantCountry),
                .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: purchase.occurredAtMicros)),
                .int8(card.record.preferenceVersion), .bytea(authorization.hash), .timestamptz(recordedAt),
            ])
    }

    /// Locks a card and reverses an authorisation of it that is open.
    static func reverse(
        cardID: String, authorizationID: String, at reversedAt: PostgresTimestamp
    ) -> LockedStatement {
        CardLock(cardID).then(
            PostgresStatement(
                """
                update authorizations set status = 'reversed', reversed_at = $3
                 where card_id = $1 and authorization_id = $2 and status = 'open'
                """, [.text(cardID), .text(authorizationID), .timestamptz(reversedAt)]))
    }
}
