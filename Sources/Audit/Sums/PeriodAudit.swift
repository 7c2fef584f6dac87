import PostgreSQL

/// Follows what each program accepted and gave in its period, for caps and tiers: the totals that decisions were made
/// on, and the stored totals.
///
/// A total is what the period's legs took and earned less what refunds took back. A decision stores the total it was
/// made on: that of all earlier spends, less the refunds that had come by then, which are the first so many of them.
struct PeriodAudit {
    private struct Key: Hashable {
        let programID: String
        let period: String
    }

    private struct Course {
        /// Of the legs so far, less the refunds known to have come.
        var sums = PeriodSums()
        /// Refunds of the spends so far that may or may not have come, in their order.
        var open: [(number: Int64, taken: PeriodSums)] = []
        /// Once a decision is off, or a leg was settled later at a moment that no row has, the course is not followed.
        var isFollowed = true
        /// What legs settled later have added less what refunds took of them, if their plugin asked for a period at
        /// all.
        var settledLate = PeriodSums()
    }

    /// By the bytes of the card's id: Swift takes texts for equal that are different to the database.
    private let stored: [[UInt8]: [Key: PeriodSums]]
    private var cardID = ""
    private var courses: [Key: Course] = [:]
    private var seen: Set<[UInt8]> = []
    /// How long the names of a program's periods are on the card at hand; several when its plugin changed the period.
    private var granularities: [String: Set<Int>] = [:]

    /// Reads the totals of the scope's cards.
    init(_ scope: CardScope, on connection: PostgresConnection, timeout: Duration) async throws {
        var stored: [[UInt8]: [Key: PeriodSums]] = [:]
        try await connection.forEachRow(
            """
            select card_id, program_id, period, accepted_minor, earned_micro from period_totals
            where \(scope.holds("card_id"))
            """, scope.parameters, timeout: timeout
        ) { row in
            let card = Array(try row.get("card_id", as: String.self).utf8)
            stored[card, default: [:]][Key(programID: try row.get("program_id"), period: try row.get("period"))] =
                PeriodSums(
                    accepted: Int128(try row.get("accepted_minor", as: Int64.self)),
                    earned: Int128(try row.get("earned_micro", as: Int64.self)))
        }
        self.stored = stored
    }

    /// Takes the next spend; spends come card by card, each card's in the order in which they were recorded.
    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision?, _ findings: inout Findings) {
        if !cardID.utf8.elementsEqual(spend.cardID.utf8) { finish(&findings) }
        if courses.isEmpty, granularities.isEmpty, let rows = stored[Array(spend.cardID.utf8)] {
            granularities = Self.granularities(of: rows)
        }
        cardID = spend.cardID
        guard let decision else { return }
        for leg in decision.legs {
            let row = leg.isParked ? spend.legs.first { $0.programID == leg.programID } : nil
            let isSettledLate = row?.status == "earned"
            guard leg.isParked ? isSettledLate : leg.periodTotals != nil,
                let key = key(of: leg.programID, decision.occurredAtMicros)
            else { continue }
            var course = courses[key] ?? Course()
            if isSettledLate {
                course.isFollowed = false
                course.settledLate =
                    course.settledLate
                    + PeriodSums(
                        accepted: Int128(leg.amountMinor), earned: Int128(row?.earnedMicro ?? 0))
            } else {
                if let stated = leg.periodTotals { follow(&course, stated, spend, leg.programID, key, &findings) }
                course.sums =
                    course.sums
                    + PeriodSums(
                        accepted: Int128(leg.amountMinor), earned: Int128(leg.earnedMicro))
            }
            for (number, taken) in Self.taken(from: leg.programID, spend.movements) {
                if isSettledLate {
                    course.settledLate = course.settledLate - taken
                    continue
                }
                let place = course.open.firstIndex { $0.number > number } ?? course.open.endIndex
                course.open.insert((number, taken), at: place)
            }
            courses[key] = course
        }
    }

    private static func taken(
        from programID: String, _ movements: [Movement]
    ) -> [(number: Int64, taken: PeriodSums)] {
        movements.flatMap { movement in
            movement.clawbacks.filter { $0.programID == programID }.map {
                (
                    movement.number,
                    PeriodSums(accepted: Int128($0.amountMinor), earned: Int128($0.earnedMicro))
                )
            }
        }
    }

    private func follow(
        _ course: inout Course, _ stated: PeriodSums, _ spend: SpendRow, _ programID: String, _ key: Key,
        _ findings: inout Findings
    ) {
        guard course.isFollowed else { return }
        findings.count(.periodCourse)
        var sums = course.sums
        var taken = 0
        while sums != stated, taken < course.open.count {
            sums = sums - course.open[taken].taken
            taken += 1
        }
        if sums == stated {
            course.sums = sums
            course.open.removeFirst(taken)
        } else {
            // What follows one wrong total would only repeat it.
            course.isFollowed = false
            findings.add(
                .periodCourse, table: spend.table, key: spend.key(ofLeg: programID),
                expected: "a decision on \(course.sums.words) in \(key.period), or less by refunds that had come",
                found: stated.words)
        }
    }

    /// Ends the card at hand.
    mutating func finish(_ findings: inout Findings) {
        let card = Array(cardID.utf8)
        let rows = stored[card] ?? [:]
        for (key, course) in courses {
            findings.count(.periodTotals)
            let expected = course.open.reduce(course.sums) { $0 - $1.taken }
            let found = rows[key] ?? PeriodSums()
            let extra = found - expected
            let late = course.settledLate
            guard
                extra.accepted < min(0, late.accepted) || extra.accepted > max(0, late.accepted)
                    || extra.earned < min(0, late.earned) || extra.earned > max(0, late.earned)
            else { continue }
            findings.add(
                .periodTotals, table: "period_totals",
                key: ["card_id": cardID, "program_id": key.programID, "period": key.period], expected: expected.words,
                found: rows[key] == nil ? "no row" : found.words)
        }
        for key in rows.keys where courses[key] == nil {
            Self.examineUnfollowed(cardID, key, rows, granularities, &findings)
        }
        if stored[card] != nil { seen.insert(card) }
        courses.removeAll(keepingCapacity: true)
        granularities.removeAll(keepingCapacity: true)
    }

    /// Ends the scope: whatever totals belong to no spend at all.
    mutating func finishScope(_ findings: inout Findings) {
        finish(&findings)
        for (card, rows) in stored where !seen.contains(card) {
            let granularities = Self.granularities(of: rows)
            let card = String(decoding: card, as: UTF8.self)
            for key in rows.keys { Self.examineUnfollowed(card, key, rows, granularities, &findings) }
        }
    }

    /// A total with no leg that asked for it: legal only as long as it is zero, or where a program's plugin has changed
    /// its period, so that the rows do not say which legs count in which.
    private static func examineUnfollowed(
        _ card: String, _ key: Key, _ rows: [Key: PeriodSums], _ granularities: [String: Set<Int>],
        _ findings: inout Findings
    ) {
        findings.count(.periodTotals)
        guard let sums = rows[key], !sums.isZero, granularities[key.programID]?.count == 1 else { return }
        findings.add(
            .periodTotals, table: "period_totals",
            key: ["card_id": card, "program_id": key.programID, "period": key.period], expected: "nothing, or spends",
            found: sums.words)
    }

    /// Which row a leg counts in: the day, month or year of the purchase, as long as the program's rows tell which.
    private func key(of programID: String, _ micros: Int64) -> Key? {
        let lengths = granularities[programID] ?? [10]
        guard lengths.count == 1, let length = lengths.first else { return nil }
        let day = CivilDay(containingUnixMicros: micros).name
        return Key(programID: programID, period: String(day.dropLast(10 - length)))
    }

    private static func granularities(of rows: [Key: PeriodSums]) -> [String: Set<Int>] {
        var granularities: [String: Set<Int>] = [:]
        for key in rows.keys { granularities[key.programID, default: []].insert(min(key.period.utf8.count, 10)) }
        return granularities
    }
}
