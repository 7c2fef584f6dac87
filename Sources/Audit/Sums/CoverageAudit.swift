/// Proves for each UTC day, card and program that what was spent is all somewhere (N13): spends = what the legs still
/// hold + excluded + held + clawed back, to zero remainder.
///
/// What a spend was comes from its row and its decision, where it went from the legs, movements and clawbacks: two
/// sides that no single statement writes.
struct CoverageAudit {
    fileprivate struct Sums {
        var spent: Int128 = 0
        var excluded: Int128 = 0
        var held: Int128 = 0
        var clawedBack: Int128 = 0
        /// By program: what was decided, what the legs' rows hold net of clawbacks, what clawbacks took.
        var programs: [String: (decided: Int128, held: Int128, taken: Int128)] = [:]

        var remainder: Int128 { spent - excluded - held - clawedBack - programs.values.reduce(0) { $0 + $1.held } }
    }

    fileprivate struct DayKey: Hashable {
        let day: CivilDay
        let currencyCode: String
    }

    private var cardID = ""
    private var days: [DayKey: Sums] = [:]
    private var totals: [DayKey: VerifyCoverage.Line] = [:]
    private let isTabled: Bool

    /// - Parameter isTabled: whether the table over all cards is wanted, a line a day and currency.
    init(isTabled: Bool) {
        self.isTabled = isTabled
    }

    /// Takes the next spend; spends come card by card.
    mutating func examine(_ spend: SpendRow, _ decision: StoredDecision?, _ findings: inout Findings) {
        if !cardID.utf8.elementsEqual(spend.cardID.utf8) { finish(&findings) }
        cardID = spend.cardID
        let key = DayKey(
            day: CivilDay(containingUnixMicros: spend.occurredAtMicros), currencyCode: spend.currencyCode)
        var sums = days.removeValue(forKey: key) ?? Sums()
        // What is released was spent already, and held since.
        let isOfRelease = spend.kind != .spend
        if isOfRelease { sums.held -= Int128(spend.amountMinor) } else { sums.spent += Int128(spend.amountMinor) }
        sums.excluded += Int128(spend.excludedMinor)
        sums.held += Int128(spend.heldMinor)
        for leg in spend.legs { sums.programs[leg.programID, default: (0, 0, 0)].held += Int128(leg.amountMinor) }
        // A decision that cannot be read is named by another check; here its rows speak for it.
        if let decision {
            for leg in decision.legs {
                sums.programs[leg.programID, default: (0, 0, 0)].decided += Int128(leg.amountMinor)
            }
        } else {
            for leg in spend.legs {
                sums.programs[leg.programID, default: (0, 0, 0)].decided += Int128(leg.amountMinor)
            }
        }
        for movement in spend.movements {
            // The spend's own row has taken it from the held part.
            if isOfRelease {
                sums.held += Int128(movement.amountMinor)
            } else {
                sums.clawedBack += Int128(movement.amountMinor)
            }
            sums.excluded -= Int128(movement.excludedMinor)
            sums.held -= Int128(movement.heldMinor)
            for clawback in movement.clawbacks {
                var program = sums.programs.removeValue(forKey: clawback.programID) ?? (0, 0, 0)
                program.held -= Int128(clawback.amountMinor)
                program.taken += Int128(clawback.amountMinor)
                sums.programs[clawback.programID] = program
            }
        }
        days[key] = sums
    }

    /// Ends the card at hand.
    mutating func finish(_ findings: inout Findings) {
        guard !days.isEmpty else { return }
        for (key, sums) in days {
            findings.count(.coverage)
            if isTabled {
                totals[key, default: .init(day: key.day.name, currencyCode: key.currencyCode)].add(sums.line(key))
            }
            var isExplained = false
            for (programID, program) in sums.programs.sorted(by: { $0.key < $1.key })
            where program.decided != program.held + program.taken {
                isExplained = true
                report(
                    key, programID, "\(program.decided) decided", "\(program.held) held + \(program.taken) clawed back",
                    &findings)
            }
            guard sums.remainder != 0, !isExplained else { continue }
            let programs = sums.programs.keys.sorted().joined(separator: " ")
            report(
                key, programs, "\(sums.spent) spent, nothing left over", "a remainder of \(sums.remainder)", &findings)
        }
        days.removeAll(keepingCapacity: true)
    }

    private func report(
        _ key: DayKey, _ programs: String, _ expected: String, _ found: String, _ findings: inout Findings
    ) {
        findings.add(
            .coverage, table: "spends",
            key: ["card_id": cardID, "day": key.day.name, "program_id": programs], expected: expected, found: found)
    }

    /// The table over all cards so far.
    var lines: [VerifyCoverage.Line] { Array(totals.values) }
}

extension CoverageAudit.Sums {
    fileprivate func line(_ key: CoverageAudit.DayKey) -> VerifyCoverage.Line {
        var line = VerifyCoverage.Line(day: key.day.name, currencyCode: key.currencyCode)
        line.cards = 1
        line.spentMinor = spent
        line.programs = programs.mapValues(\.held)
        line.excludedMinor = excluded
        line.heldMinor = held
        line.clawedBackMinor = clawedBack
        return line
    }
}
