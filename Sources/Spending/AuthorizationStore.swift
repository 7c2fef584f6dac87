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
    static func read(_ authorizationID: String) -> PostgresStatement {
        PostgresStatement(
            """
            select a.card_id, a.authorization_id, a.amount_minor, a.currency_code, a.merchant_category_code,
                   a.merchant_name, a.merchant_country, a.authorized_at, a.preference_version, a.status, a.recorded_at,
                   a.reversed_at, a.request_hash, (
                   select least(coalesce(sum(s.amount_minor), 0), 9223372036854775807)::int8 from spends s
                    where s.card_id = a.card_id and s.authorization_id = a.authorization_id)
              from authorizations a where a.authorization_id = $1
            """, [.text(authorizationID)])
    }

    /// Reads the row of `read`, if there is one.
    static func standing(_ result: PostgresResult) throws -> Standing? {
        guard let row = result.first else { return nil }
        let amount = Money(currency: try CurrencyCode(try row.get(3, as: String.self)), minorUnits: try row.get(2))
        let authorization = SpendAuthorization(
            authorizationID: try row.get(1), cardID: try row.get(0), amount: amount,
            merchantCategoryCode: try row.get(4), merchantName: try row.get(5), merchantCountry: try row.get(6),
            authorizedAt: try row.get(7), preferenceVersion: try row.get(8),
            status: SpendAuthorization.Status(rawValue: try row.get(9)) ?? .open, clearedMinor: try row.get(13),
            recordedAt: try row.get(10), reversedAt: try row.get(11))
        return Standing(authorization: authorization, hash: try row.get(12))
    }

    /// Which card an authorisation is of; it never changes.
    static func findCard(_ authorizationID: String) -> PostgresStatement {
        PostgresStatement(
            "select card_id from authorizations where authorization_id = $1", [.text(authorizationID)])
    }

    /// Inserts an authorisation under the preference in force; no row when the id was taken meanwhile by another card.
    ///
    /// A statement of its own after the lock on the card, so that the version is the one in force.
    static func insert(
        _ authorization: ValidatedAuthorization, recordedAt: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into authorizations (
                card_id, authorization_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                merchant_country, authorized_at, preference_version, request_hash, recorded_at)
            select c.card_id, $2, $3, $4, $5, $6, $7, $8, c.preference_version, $9, $10
              from cards c where c.card_id = $1
            on conflict do nothing
            """,
            [
                .text(authorization.cardID), .text(authorization.authorizationID),
                .int8(authorization.amount.minorUnits), .text(authorization.amount.currency.text),
                .text(authorization.merchantCategoryCode), .text(authorization.merchantName),
                .text(authorization.merchantCountry), .timestamptz(authorization.authorizedAt),
                .bytea(authorization.hash), .timestamptz(recordedAt),
            ])
    }

    /// Reverses an authorisation that is open; the card is locked.
    static func reverse(
        cardID: String, authorizationID: String, at reversedAt: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            update authorizations set status = 'reversed', reversed_at = $3
             where card_id = $1 and authorization_id = $2 and status = 'open'
            """, [.text(cardID), .text(authorizationID), .timestamptz(reversedAt)])
    }
}
