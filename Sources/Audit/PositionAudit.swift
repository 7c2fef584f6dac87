import PostgreSQL

/// Compares every position with the legs that earned it and the issues that drew on it (I-2, I-7).
struct PositionAudit {

    /// One row for each card, program and unit that stands in any of the three tables. Sums come as text: they may exceed
    /// 64 bits exactly when something is wrong.
    static let sql = """
        select coalesce(p.card_id, e.card_id, i.card_id) as card_id,
            coalesce(p.program_id, e.program_id, i.program_id) as program_id,
            coalesce(p.unit, e.unit, i.unit) as unit, p.card_id is not null as stands, c.card_id is not null as has_card,
            coalesce(p.earned_micro, 0) as earned_micro, coalesce(p.clawed_back_micro, 0) as clawed_back_micro,
            coalesce(p.issued_micro, 0) as issued_micro, coalesce(p.in_flight_micro, 0) as in_flight_micro,
            coalesce(p.unknown_micro, 0) as unknown_micro, coalesce(e.earned, 0)::text as legs_earned,
            coalesce(i.issued, 0)::text as issued, coalesce(i.in_flight, 0)::text as in_flight,
            coalesce(i.unknown, 0)::text as unknown
        from positions p
        full join (
            select card_id, program_id, unit, sum(earned_micro) as earned from legs
            where earned_micro <> 0 group by card_id, program_id, unit
        ) e on e.card_id = p.card_id and e.program_id = p.program_id and e.unit = p.unit
        full join (
            select card_id, program_id, unit,
                sum(quantity_micro) filter (where status = 'confirmed') as issued,
                sum(quantity_micro) filter (where status in ('planned', 'sending', 'accepted', 'mismatched')) as in_flight,
                sum(quantity_micro) filter (where status = 'unknown') as unknown
            from issuances group by card_id, program_id, unit
        ) i on i.card_id = coalesce(p.card_id, e.card_id) and i.program_id = coalesce(p.program_id, e.program_id)
            and i.unit = coalesce(p.unit, e.unit)
        left join cards c on c.card_id = coalesce(p.card_id, e.card_id, i.card_id)
        """

    static func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        let key: [String: String] = [
            "card_id": try row.get("card_id"), "program_id": try row.get("program_id"), "unit": try row.get("unit"),
        ]
        func expect(_ check: VerifyCheck, _ words: String, sum: String, balance: String) throws -> Int128 {
            let found = Int128(try row.get(balance, as: Int64.self))
            findings.count(check)
            findings.expect(
                check, table: "positions", key: key, words, try row.get(sum, as: String.self), String(found))
            return found
        }
        let earned = try expect(.positionEarned, "the legs' sum", sum: "legs_earned", balance: "earned_micro")
        let issued = try expect(.positionIssued, "the confirmed issues' sum", sum: "issued", balance: "issued_micro")
        let inFlight = try expect(
            .positionInFlight, "the open issues' sum", sum: "in_flight", balance: "in_flight_micro")
        let unknown = try expect(.positionUnknown, "the unknown issues' sum", sum: "unknown", balance: "unknown_micro")
        let clawedBack = Int128(try row.get("clawed_back_micro", as: Int64.self))

        for check in [VerifyCheck.positionNegative, .positionClawedBack, .positionOverdrawn, .positionWithoutCard] {
            findings.count(check)
        }
        let balances = [earned, clawedBack, issued, inFlight, unknown]
        if balances.contains(where: { $0 < 0 }) {
            findings.add(
                .positionNegative, table: "positions", key: key, expected: "no negative balance",
                found: balances.map { "\($0)" }.joined(separator: ", "))
        }
        findings.expect(.positionClawedBack, table: "positions", key: key, "clawed back", 0, clawedBack)
        if issued + inFlight + unknown > earned - clawedBack {
            findings.add(
                .positionOverdrawn, table: "positions", key: key, expected: "at most \(earned - clawedBack) drawn",
                found: "\(issued + inFlight + unknown)")
        }
        if try row.get("stands", as: Bool.self), try !row.get("has_card", as: Bool.self) {
            findings.add(.positionWithoutCard, table: "positions", key: key, expected: "a card", found: "none")
        }
    }
}
