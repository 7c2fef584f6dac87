import PostgreSQL
import Rewards

extension PositionStore {
    static let columns = """
        card_id, program_id, unit, earned_micro, clawed_back_micro, issued_micro, in_flight_micro, unknown_micro,
        written_off_micro, blocked_reason, blocked_by, plan_at, changed_at
        """

    static func view(_ row: PostgresRow) throws -> PositionView {
        PositionView(
            key: try key(row),
            position: try Position(
                earnedMicro: try row.get("earned_micro"), clawedBackMicro: try row.get("clawed_back_micro"),
                issuedMicro: try row.get("issued_micro"), inFlightMicro: try row.get("in_flight_micro"),
                unknownMicro: try row.get("unknown_micro"), writtenOffMicro: try row.get("written_off_micro")),
            blockedReason: try row.get("blocked_reason"), blockedBy: try row.get("blocked_by"),
            planAt: try row.get("plan_at"), changedAt: try row.get("changed_at"))
    }

    /// The positions of a card with a program, the one that changed last first.
    static func read(cardID: String, programID: String) -> Query<PositionView> {
        let sql = """
            select \(columns) from positions where card_id = $1 and program_id = $2 order by changed_at desc, unit
            """
        return Query(sql, [.text(cardID), .text(programID)], read: view)
    }

    /// Positions in the order of their keys; `after` is the key that a page ends with.
    static func list(
        cardID: String?, programID: String?, blockedOnly: Bool, after: [String]?, limit: Int
    ) -> Query<PositionView> {
        var parameters: [PostgresValue] = [.int(limit)]
        var conditions: [String] = []
        func add(_ values: [String], _ condition: ([String]) -> String) {
            parameters += values.map(PostgresValue.text)
            conditions.append(condition((parameters.count - values.count + 1...parameters.count).map { "$\($0)" }))
        }
        if let cardID { add([cardID]) { "card_id = \($0[0])" } }
        if let programID { add([programID]) { "program_id = \($0[0])" } }
        if blockedOnly { conditions.append("blocked_reason is not null") }
        if let after { add(after) { "(card_id, program_id, unit) > (\($0.joined(separator: ", ")))" } }
        let filter = conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ")
        let sql = "select \(columns) from positions \(filter) order by card_id, program_id, unit limit $1"
        return Query(sql, parameters, read: view)
    }

    /// A card's positions with some programs, in the order of program and unit.
    static func list(cardID: String, programIDs: [String]) -> Query<PositionView> {
        let sql = """
            select \(columns) from positions where card_id = $1 and program_id = any($2::text[])
            order by program_id, unit
            """
        return Query(sql, [.text(cardID), .textArray(programIDs)], read: view)
    }

    /// How many positions the planner has to look at, and how many are blocked; always one row.
    static let counts = Query<(toPlan: Int64, blocked: Int64)>(
        """
        select (select count(*) from positions where plan_at is not null) as to_plan,
            (select count(*) from positions where blocked_reason is not null) as blocked
        """
    ) { row in (try row.get("to_plan"), try row.get("blocked")) }
}
