/// The quota method, unit after unit from the first, without the period that the real one relies on.
///
/// It remembers who got each unit of a vector, since histories ask about the same units again and again.
final class NaiveQuota {
    private struct Run {
        var seats: [Int]
        var winners: [UInt8] = []
    }

    private var runs: [[Int]: Run] = [:]

    /// Who gets the unit after `before` units; parts in program order, in any multiple.
    func winner(_ parts: [Int], after before: Int64) -> Int {
        var run = runs[parts] ?? Run(seats: Array(repeating: 0, count: parts.count))
        let needed = Int(before)
        if run.winners.count <= needed {
            runs[parts] = nil
            let whole = parts.reduce(0, +)
            while run.winners.count <= needed {
                let service = run.winners.count + 1
                var best: Int?
                for program in parts.indices {
                    // Upper quota: nobody may have more than his exact share of this service, rounded up.
                    guard run.seats[program] * whole < parts[program] * service else { continue }
                    guard let leader = best else {
                        best = program
                        continue
                    }
                    if parts[program] * (run.seats[leader] + 1) > parts[leader] * (run.seats[program] + 1) {
                        best = program
                    }
                }
                let chosen = best ?? 0
                run.seats[chosen] += 1
                run.winners.append(UInt8(chosen))
            }
            runs[parts] = run
        }
        return Int(run.winners[needed])
    }

    /// How the units from `before` up to `before + amount` are shared out.
    func shares(_ parts: [Int], after before: Int64, amount: Int64) -> [Int64] {
        var shares = Array(repeating: Int64(0), count: parts.count)
        for unit in 0..<amount { shares[winner(parts, after: before + unit)] += 1 }
        return shares
    }
}
