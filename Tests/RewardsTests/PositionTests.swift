import Rewards
import Testing

@Suite("Positions and issuance plans")
struct PositionTests {
    @Test(
        "earned − clawed back + written off = issued + in flight + unknown + pending − debt, for random sums",
        arguments: 0..<200)
    func identity(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let sums = (0..<6).map { _ in random.int64(0...[1_000_000, Int64.max / 8][random.int(0...1)]) }
        let position = try Position(
            earnedMicro: sums[0], clawedBackMicro: sums[1], issuedMicro: sums[2], inFlightMicro: sums[3],
            unknownMicro: sums[4], writtenOffMicro: sums[5])
        let left = Int128(sums[0]) - Int128(sums[1]) + Int128(sums[5])
        let right =
            Int128(sums[2]) + Int128(sums[3]) + Int128(sums[4]) + Int128(position.pendingMicro)
            - Int128(position.debtMicro)
        #expect(left == right, "seed \(seed)")
        #expect(min(position.pendingMicro, position.debtMicro) == 0 && position.pendingMicro >= 0, "seed \(seed)")
    }

    @Test("negative sums, and what is owed or pending beyond 64 bits, are refused")
    func refusals() {
        #expect(throws: PositionError.negative) {
            try Position(earnedMicro: 0, clawedBackMicro: -1, issuedMicro: 0, inFlightMicro: 0, unknownMicro: 0)
        }
        #expect(throws: PositionError.overflow) {
            try Position(earnedMicro: 0, clawedBackMicro: Int64.max, issuedMicro: 1, inFlightMicro: 0, unknownMicro: 0)
        }
        #expect(throws: PositionError.negative) {
            try Position(
                earnedMicro: 0, clawedBackMicro: 0, issuedMicro: 0, inFlightMicro: 0, unknownMicro: 0,
                writtenOffMicro: -1)
        }
        #expect(throws: PositionError.overflow) {
            try Position(
                earnedMicro: Int64.max, clawedBackMicro: 0, issuedMicro: 0, inFlightMicro: 0, unknownMicro: 0,
                writtenOffMicro: 1)
        }
    }

    struct PlanCase: Sendable, CustomTestStringConvertible {
        let pending: Int64
        let minimum: Int64
        let maximum: Int64?
        let chunks: [Int64]
        let left: Int64
        var testDescription: String {
            "\(pending) within \(minimum)...\(maximum.map(String.init) ?? "") gives \(chunks)"
        }
    }

    @Test(
        "chunks are within the limits, the last one included, and the rest stays pending",
        arguments: [
            PlanCase(pending: 10_500_000, minimum: 1, maximum: nil, chunks: [10], left: 500_000),
            PlanCase(pending: 999_999, minimum: 1, maximum: nil, chunks: [], left: 999_999),
            PlanCase(pending: 99_999_999, minimum: 100, maximum: nil, chunks: [], left: 99_999_999),
            PlanCase(pending: 100_000_000, minimum: 100, maximum: nil, chunks: [100], left: 0),
            PlanCase(pending: 250_000_001, minimum: 1, maximum: 100, chunks: [100, 100, 50], left: 1),
            PlanCase(pending: 205_000_000, minimum: 10, maximum: 100, chunks: [100, 100], left: 5_000_000),
            PlanCase(pending: 300_000_000, minimum: 100, maximum: 100, chunks: [100, 100, 100], left: 0),
            PlanCase(pending: 0, minimum: 1, maximum: 100, chunks: [], left: 0),
            PlanCase(pending: -5_000_000, minimum: 1, maximum: 100, chunks: [], left: -5_000_000),
            PlanCase(pending: Int64.max, minimum: 1, maximum: nil, chunks: [9_223_372_036_854], left: 775_807),
        ])
    func plans(plan: PlanCase) throws {
        let limits = try IssuanceLimits(minimumUnits: plan.minimum, maximumUnits: plan.maximum)
        let made = try IssuancePlan.plan(pendingMicro: plan.pending, unitMicro: 1_000_000, limits: limits)
        #expect(made.chunks == plan.chunks)
        #expect(made.leftMicro == plan.left)
        #expect(made.plannedMicro == plan.pending - plan.left)
    }

    @Test("a plan never makes more chunks than it may, and nothing is planned in debt")
    func bounds() throws {
        let limits = try IssuanceLimits(minimumUnits: 1, maximumUnits: 1)
        let plan = try IssuancePlan.plan(pendingMicro: Int64.max, unitMicro: 1, limits: limits, chunkCountMax: 7)
        #expect(plan.chunks == [1, 1, 1, 1, 1, 1, 1])
        let debt = try Position(earnedMicro: 5, clawedBackMicro: 3, issuedMicro: 4, inFlightMicro: 0, unknownMicro: 0)
        #expect(debt.debtMicro == 2)
        #expect(try IssuancePlan.plan(for: debt, unitMicro: 1, limits: limits).chunks.isEmpty)
        #expect(throws: IssuancePlanError.unitNotPositive) {
            try IssuancePlan.plan(pendingMicro: 1, unitMicro: 0, limits: limits)
        }
        #expect(throws: IssuancePlanError.limitsContradict) { try IssuanceLimits(minimumUnits: 5, maximumUnits: 4) }
        #expect(throws: IssuancePlanError.limitsContradict) { try IssuanceLimits(minimumUnits: 0) }
    }
}
