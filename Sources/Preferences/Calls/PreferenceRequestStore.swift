import Cards
import Cryptography
import PostgreSQL

/// The SQL of `preference_requests`: which version a platform's request led to (I-5).
enum PreferenceRequestStore {
    /// What a request id was used for.
    struct Stored {
        let requestHash: [UInt8]
        let version: Int64
        let recordedAt: PostgresTimestamp
    }

    static func find(cardID: String, requestID: String) -> Query<Stored> {
        Query(
            "select request_hash, version, recorded_at from preference_requests where card_id = $1 and request_id = $2",
            [.text(cardID), .text(requestID)]
        ) { row in
            Stored(
                requestHash: try row.get("request_hash"), version: try row.get("version"),
                recordedAt: try row.get("recorded_at"))
        }
    }

    static func insert(
        requestID: String, of card: LockedCard, requestHash: [UInt8], version: Int64, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into preference_requests (card_id, request_id, request_hash, version, recorded_at)
            values ($1, $2, $3, $4, $5)
            """,
            [.text(card.id), .text(requestID), .bytea(requestHash), .int8(version), .timestamptz(now)])
    }

    /// SHA-256 over the pieces of a request, each preceded by its length, so that no two requests share one text.
    static func hash(_ pieces: [String]) -> [UInt8] {
        var hash = SHA256()
        for piece in pieces {
            hash.update(Array("\(piece.utf8.count):".utf8))
            hash.update(Array(piece.utf8))
        }
        return hash.finalize()
    }
}
