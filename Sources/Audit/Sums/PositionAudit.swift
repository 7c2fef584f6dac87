import PostgreSQL

/// Compares every position with the legs that earned it, the refunds that took from it, and the issuances that drew on
/// it (I-2, I-7).
struct PositionAudit {
    /// One row for each card, program and unit that is in any of the tables. Sums come as text: they may exceed 64 bits
    /// exactly when something is wrong.
    static func sql(_ scope: CardScope) -> String {
        """
        select card_id, program_id, unit, bool_or(has_row) as has_row, sum(earned_micro) as earned_micro,
            sum(clawed_back_micro) as clawed_back_micro, sum(written_off_micro) as written_off_micro,
            sum(issued_micro) as issued_micro, sum(in_flight_micro) as in_flight_micro,
            sum(unknown_micro) as unknown_micro, sum(earned)::text as earned, sum(clawed_back)::text as clawed_back,
            sum(written_off)::text as written_off, sum(issued)::text as issued, sum(in_flight)::text as in_flight,
            sum(unknown)::text as unknown, sum(taken)::text as taken, sum(adopted)::text as adopted,
            exists (select from cards c where c.card_id = every_row.card_id) as has_card
        from (
            select card_id, program_id, unit, true as has_row, earned_micro, clawed_back_micro, written_off_micro,
                issued_micro, in_flight_micro, unknown_micro, 0::numeric as earned, 0::numeric as clawed_back,
                0::numeric as written_off, 0::numeric as issued, 0::numeric as in_flight, 0::numeric as unknown,
                0::numeric as taken, 0::numeric as adopted
            from positions where \(scope.holds("card_id"))
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, sum(earned_micro), 0, 0, 0, 0, 0, 0, 0
            from legs where earned_micro <> 0 and \(scope.holds("card_id")) group by card_id, program_id, unit
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, 0, sum(earned_micro), 0, 0, 0, 0,
                sum(greatest(earned_micro, 0)), 0
            from clawbacks where earned_micro <> 0 and \(scope.holds("card_id")) group by card_id, program_id, unit
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, 0, 0, sum(micro), 0, 0, 0, 0, 0
            from debt_write_offs where \(scope.holds("card_id")) group by card_id, program_id, unit
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, 0, 0, -sum(micro), 0, 0, 0, 0, 0
            from debt_write_off_reversals where \(scope.holds("card_id")) group by card_id, program_id, unit
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, 0, 0, 0, -sum(quantity_micro), 0, 0, 0, 0
            from issuance_reversals where \(scope.holds("card_id")) group by card_id, program_id, unit
            union all
            select card_id, program_id, unit, false, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                coalesce(sum(quantity_micro) filter (where status = 'confirmed'), 0),
                coalesce(sum(quantity_micro) filter (
                    where status in ('planned', 'sending', 'accepted', 'mismatched')), 0),
                coalesce(sum(quantity_micro) filter (where status = 'unknown'), 0), 0,
                coalesce(sum(quantity_micro) filter (
                    where adopted_at is not null and status not in ('parked', 'withdrawn')), 0)
            from issuances where \(scope.holds("card_id")) group by card_id, program_id, unit
        ) every_row
        group by card_id, program_id, unit
        """
    }

    static func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        let key: [String: String] = [
            "card_id": try row.get("card_id"), "program_id": try row.get("program_id"), "unit": try row.get("unit"),
        ]
        func expect(_ check: VerifyCheck, _ words: String, sum: String) throws -> Int128 {
            let found = Int128(try row.get("\(sum)_micro", as: Int64.self))
            findings.count(check)
            let expected = try row.get(sum, as: String.self)
            if expected != String(found) {
                findings.add(check, table: "positions", key: key, expected: "\(words) \(expected)", found: "\(found)")
            }
            return found
        }
        let earned = try expect(.positionEarned, "the legs' sum", sum: "earned")
        let clawedBack = try expect(.positionClawedBack, "the clawbacks' sum", sum: "clawed_back")
        let writtenOff = try expect(.positionWrittenOff, "the write-offs' sum", sum: "written_off")
        let issued = try expect(
            .positionIssued, "the confirmed issuances' sum less what was taken back,", sum: "issued")
        let inFlight = try expect(.positionInFlight, "the open issuances' sum", sum: "in_flight")
        let unknown = try expect(.positionUnknown, "the unknown issuances' sum", sum: "unknown")
        for check in [VerifyCheck.positionNegative, .positionOverdrawn, .positionWithoutCard, .writeOffBounded] {
            findings.count(check)
        }
        let balances = [earned, clawedBack, writtenOff, issued, inFlight, unknown]
        if balances.contains(where: { $0 < 0 }) {
            findings.add(
                .positionNegative, table: "positions", key: key, expected: "no negative balance",
                found: balances.map { "\($0)" }.joined(separator: ", "))
        }
        // A debt is clawed back after it was issued; written off, it is still no leave to issue more than was earned
        // (I-7). Only what Cosmo had issued before its spend was lost may exceed what is earned, until the spend is
        // sent again.
        let drawn = issued + inFlight + unknown
        let adopted = Int128(try row.get("adopted", as: String.self)) ?? 0
        if drawn - adopted > earned {
            findings.add(
                .positionOverdrawn, table: "positions", key: key,
                expected: "at most the \(earned) earned" + (adopted > 0 ? " and the \(adopted) adopted" : ""),
                found: "\(drawn)")
        }
        let taken = Int128(try row.get("taken", as: String.self)) ?? 0
        if writtenOff > taken {
            findings.add(
                .writeOffBounded, table: "positions", key: key, expected: "at most the \(taken) that refunds ever took",
                found: "\(writtenOff)")
        }
        if try row.get("has_row", as: Bool.self), try !row.get("has_card", as: Bool.self) {
            findings.add(.positionWithoutCard, table: "positions", key: key, expected: "a card", found: "none")
        }
    }
}
