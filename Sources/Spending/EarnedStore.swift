import PostgreSQL
import Rewards

/// The SQL that reads what cards have earned; a read across rooms, since positions are Issuance's, and nothing but a read.
///
/// **Concurrency** Only who holds the card's lock adds to what a card has earned, so what is read under it holds until the
/// transaction ends.
enum EarnedStore {
    /// Reads what cards have earned, a row for each of their positions; with a program only those.
    ///
    /// **Cost** One scan of the primary key a card.
    static func read(_ cardIDs: [String], programID: String? = nil) -> PostgresStatement {
        PostgresStatement(
            """
            select p.card_id, p.program_id, p.unit, p.earned_micro
              from unnest($1::text[]) u (card_id), lateral (
                   select * from positions where positions.card_id = u.card_id offset 0) p
             where $2::text is null or p.program_id = $2
            """, [.textArray(cardIDs), .textOrNull(programID)])
    }

    /// Reads the result of `read`.
    static func earned(_ result: PostgresResult) throws -> [PositionKey: Int64] {
        var earned: [PositionKey: Int64] = [:]
        for row in result {
            guard let unit = RewardUnit(rawValue: try row.get(2)) else { continue }
            let key = PositionKey(cardID: try row.get(0), programID: try row.get(1), unit: unit)
            earned[key] = try row.get(3)
        }
        return earned
    }
}
