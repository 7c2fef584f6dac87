import PostgreSQL
import Rewards

/// Which issues wait for a person, and since when they no longer do.
extension IssuanceStore {
    /// Holds for the issues that wait for a person, as `IssuanceRecord.waitsForPerson` says; an index has exactly
    /// these.
    static let waiting = """
        (i.status = 'mismatched' or (i.status = 'unknown' and i.due_at is null)
            or (i.status in ('parked', 'confirmed') and i.reason is not null and i.resolved_at is null))
        """

    /// Marks what was parked of some issues' positions as resolved, once nothing blocks those positions any more.
    ///
    /// Several issues of a position may have been refused; the block bears the name of the last, and all of them wait
    /// until it is lifted. Positions are locked before issues, here as everywhere.
    static func resolveParked(withBlocksOf references: [String], at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances i set resolved_at = $2
            from issuances settled
            join positions p on p.card_id = settled.card_id and p.program_id = settled.program_id
                and p.unit = settled.unit and p.blocked_by is null
            where settled.reference_number = any($1::text[]) and i.card_id = settled.card_id
                and i.program_id = settled.program_id and i.unit = settled.unit and i.status = 'parked'
                and i.resolved_at is null
            """, [.textArray(references), .timestamptz(now)])
    }

    /// Marks one parked issue as resolved: an operator has asked for its quantity to be planned again.
    static func resolve(_ referenceNumber: String, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances set resolved_at = $2
            where reference_number = $1 and status = 'parked' and resolved_at is null
            """, [.text(referenceNumber), .timestamptz(now)])
    }

    /// Marks what was parked of a card's position with a program as resolved: a new account takes the place of the one
    /// that was refused.
    static func resolveParked(cardID: String, programID: String, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances set resolved_at = $3
            where card_id = $1 and program_id = $2 and status = 'parked' and resolved_at is null
            """, [.text(cardID), .text(programID), .timestamptz(now)])
    }
}
