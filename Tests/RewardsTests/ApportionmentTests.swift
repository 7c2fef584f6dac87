import Rewards
import Testing

@Suite("Apportionment: the quota method on a running total")
struct ApportionmentTests {
    /// The method by its definition, one unit after another, with exact cross products.
    private static func direct(_ parts: [Int], units: Int) -> [[Int64]] {
        let sum = Int128(parts.reduce(0, +))
        var seats = [Int128](repeating: 0, count: parts.count)
        var history = [[Int64](repeating: 0, count: parts.count)]
        for ownProgram in 0..<units {
            let eligible = parts.indices.filter { seats[$0] * sum < Int128(parts[$0]) * Int128(ownProgram + 1) }
            let winner = eligible.min { left, right in
                let lhs = Int128(parts[left]) * (seats[right] + 1)
                let rhs = Int128(parts[right]) * (seats[left] + 1)
                return lhs == rhs ? left < right : lhs > rhs
            }
            seats[winner ?? 0] += 1
            history.append(seats.map { Int64($0) })
        }
        return history
    }

    @Test("a table of one period agrees with the method's definition through two periods and a half", arguments: 0..<60)
    func agreesWithDefinition(round: Int) throws {
        var random = Seeded(UInt64(1000 + round))
        let weights = try WeightVector(random.weights(programsMax: 6))
        let table = try Apportionment(weights)
        let units = min(weights.partsSum * 5 / 2, 6000)
        for (total, expected) in Self.direct(weights.parts, units: units).enumerated() {
            let shares = try table.shares(ofTotal: Int64(total))
            if shares != expected {
                Issue.record("seed \(1000 + round) \(weights) at \(total): \(shares), not \(expected)")
                return
            }
        }
    }

    @Test(
        "for thousands of vectors: shares sum, stay within one unit of exact proportion and never fall",
        arguments: 0..<25)
    func quotaAndMonotone(block: Int) throws {
        for seed in block * 100..<(block + 1) * 100 {
            var random = Seeded(UInt64(seed))
            let weights = try WeightVector(random.weights())
            let table = try Apportionment(weights)
            let period = Int64(weights.partsSum)
            let starts = [0, max(period - 20, 0), random.int64(0...period), (Int64.max / period - 100) * period]
            for start in starts {
                var previous: [Int64]?
                for total in start..<(start + 40) {
                    let shares = try table.shares(ofTotal: total)
                    let proof = Self.defect(shares, weights, total) ?? Self.fall(previous, shares)
                    if let proof {
                        Issue.record("seed \(seed) \(weights) at \(total): \(shares): \(proof)")
                        return
                    }
                    previous = shares
                }
            }
        }
    }

    @Test("through every unit of the period and into the next, for vectors of every fineness", arguments: 0..<30)
    func wholePeriod(round: Int) throws {
        var random = Seeded(UInt64(20_000 + round))
        // Every fifth vector is as fine as a card's shares may be.
        let weights = try round % 5 == 0 ? Self.finest(&random) : WeightVector(random.weights())
        let table = try Apportionment(weights)
        let period = Int64(weights.partsSum)
        var previous = try table.shares(ofTotal: 0)
        for total in 1...(period + 50) {
            let shares = try table.shares(ofTotal: total)
            if let proof = Self.defect(shares, weights, total) ?? Self.fall(previous, shares) {
                Issue.record("seed \(20_000 + round) \(weights) at \(total): \(shares): \(proof)")
                return
            }
            previous = shares
        }
        #expect(try table.shares(ofTotal: period) == weights.parts.map(Int64.init), "seed \(20_000 + round)")
    }

    /// Parts that sum to the most there may be and have no common divisor.
    private static func finest(_ random: inout Seeded) throws -> WeightVector {
        let small = (0..<random.int(1...14)).map { ("prg_\($0)", random.int(1...600)) }
        let rest = WeightVector.partsSumMax - 1 - small.reduce(0) { $0 + $1.1 }
        return try WeightVector(small + [("prg_one", 1), ("prg_rest", rest)])
    }

    private static func defect(_ shares: [Int64], _ weights: WeightVector, _ total: Int64) -> String? {
        if shares.reduce(0, +) != total { return "do not sum" }
        let sum = Int128(weights.partsSum)
        for (share, part) in zip(shares, weights.parts) {
            // |share − total × part ÷ sum| < 1
            let distance = Int128(share) * sum - Int128(total) * Int128(part)
            if distance <= -sum || distance >= sum { return "outside the quota" }
        }
        return nil
    }

    private static func fall(_ previous: [Int64]?, _ shares: [Int64]) -> String? {
        guard let previous else { return nil }
        return zip(previous, shares).allSatisfy { $0 <= $1 } ? nil : "a share fell"
    }

    @Test(
        "legs of random purchases sum to them, are never negative and add up to the shares of the total",
        arguments: 0..<40)
    func legsAccumulate(round: Int) throws {
        var random = Seeded(UInt64(7000 + round))
        let weights = try WeightVector(random.weights())
        let table = try Apportionment(weights)
        var total: Int64 = 0
        var sums = [Int64](repeating: 0, count: weights.count)
        for _ in 0..<500 {
            let amount = random.chance(20) ? random.int64(0...1_000_000_000) : random.int64(0...3000)
            let legs = try table.legs(runningTotal: total, amount: amount)
            #expect(legs.reduce(0, +) == amount && legs.allSatisfy { $0 >= 0 }, "seed \(7000 + round) \(weights)")
            total += amount
            for (index, leg) in legs.enumerated() { sums[index] += leg }
        }
        #expect(try table.shares(ofTotal: total) == sums, "seed \(7000 + round) \(weights)")
    }

    @Test("three to two gives out five units as a, b, a, a, b and starts again")
    func workedExample() throws {
        let table = try Apportionment(try WeightVector([("a", 3), ("b", 2)]))
        let shares = try (0...10).map { try table.shares(ofTotal: Int64($0)) }
        #expect(
            shares == [
                [0, 0], [1, 0], [1, 1], [2, 1], [3, 1], [3, 2], [4, 2], [4, 3], [5, 3], [6, 3], [6, 4],
            ])
    }

    @Test("the largest total is apportioned, and one unit more is refused")
    func limits() throws {
        let table = try Apportionment(try WeightVector([("a", 1), ("b", 1), ("c", 1)]))
        #expect(try table.shares(ofTotal: Int64.max).reduce(0, +) == Int64.max)
        #expect(try table.legs(runningTotal: Int64.max - 4, amount: 4).reduce(0, +) == 4)
        #expect(throws: ApportionmentError.totalOverflow) { try table.legs(runningTotal: Int64.max, amount: 1) }
        #expect(throws: ApportionmentError.negativeTotal) { try table.legs(runningTotal: -1, amount: 1) }
        #expect(throws: ApportionmentError.negativeTotal) { try table.legs(runningTotal: 1, amount: -1) }
        #expect(throws: ApportionmentError.noPrograms) { try Apportionment(.empty) }
    }

    @Test("a cache shares equal parts between cards, stays in its bounds and answers the same after eviction")
    func cache() throws {
        let cache = ApportionmentCache(bytesMax: 40_000)
        let first = try WeightVector([("a", 3), ("b", 7)])
        let sameParts = try WeightVector([("x", 30), ("y", 70)])
        #expect(try cache.table(for: first) === cache.table(for: sameParts))
        let before = try cache.table(for: first).shares(ofTotal: 1234)
        for part in 1...2000 { _ = try cache.table(for: try WeightVector([("a", part), ("b", part + 1)])) }
        #expect(cache.tableCount < 40)
        #expect(try cache.table(for: first).shares(ofTotal: 1234) == before)
        #expect(throws: ApportionmentError.noPrograms) { try cache.table(for: .empty) }
    }
}
