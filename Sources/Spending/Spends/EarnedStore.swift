import PostgreSQL
import Rewards

/// The SQL that reads what cards have earned; a read across rooms, since positions are Issuance's, and nothing but a
/// read.
///
/// **Concurrency** Only who holds the card's lock adds to what a card has earned, so what is read under it holds until
/// the transaction ends.
enum EarnedStore {
    /// Reads what cards have earned, a row for each of their positions; with a program only those.
    ///
    /// **Cost** One scan of the primary key a card.
    static func read(_ cardIDs: [String], programID: String? = nil) -> Query<(PositionKey, Int64)> {
        Query(
            """
            select p.card_id, p.program_id, p.unit, p.earned_micro
              from unnest($1::text[]) u (card_id), lateral (
                   select * from positions where positions.card_id = u.card_id offset 0) p
             where $2::text is null or p.program_id = $2
            """, [.textArray(cardIDs), .textOrNull(programID)]
        ) { row in
            let key = PositionKey(
                cardID: try row.get("card_id"), programID: try row.get("program_id"),
                unit: try row.get("unit", of: "positions"))
            return (key, try row.get("earned_micro"))
        }
    }
}
