import AllocationPlugin
import AllocationPluginTesting
import Rewards
import Testing

@Suite("The conformance suite catches planted faults")
struct ConformanceTests {
    struct Planted: Sendable, CustomTestStringConvertible {
        let fault: String
        let property: ConformanceProperty
        var accumulates: Period?
        let body: PlantedPlugin.Body
        var testDescription: String { "a plugin that \(fault) breaks \(property.rawValue)" }
    }

    private static let memory = Memory()

    static let planted: [Planted] = [
        Planted(fault: "accepts one unit too many", property: .acceptsWithinShare) {
            (request) throws(AllocationError) in
            AllocationAnswer(acceptedMinor: request.shareMinor &+ 1, earning: .points(.zero))
        },
        Planted(fault: "accepts less than nothing", property: .acceptsWithinShare) {
            (request) throws(AllocationError) in
            AllocationAnswer(acceptedMinor: -1, earning: .points(.zero))
        },
        Planted(fault: "gives a welcome bonus on nothing", property: .earnsNothingOnNothing) {
            (request) throws(AllocationError) in
            Answers.points(request, 1_000_000)
        },
        Planted(fault: "charges a fee", property: .earningNotNegative) { (request) throws(AllocationError) in
            Answers.points(request, request.shareMinor > 0 ? -5 : 0)
        },
        Planted(fault: "does not name what it refuses", property: .adjustmentsAddUp) {
            (request) throws(AllocationError) in
            AllocationAnswer(acceptedMinor: min(request.shareMinor, 10), earning: .points(.zero))
        },
        Planted(fault: "gives a reason in words", property: .adjustmentsAddUp) { (request) throws(AllocationError) in
            AllocationAnswer(
                acceptedMinor: 0, earning: .points(.zero),
                adjustments: request.shareMinor > 0
                    ? [Adjustment(.refused, reason: "too late", amountMinor: request.shareMinor)] : [])
        },
        Planted(fault: "counts its calls", property: .sameQuestionSameAnswer) { (request) throws(AllocationError) in
            Answers.points(request, request.shareMinor > 0 ? memory.next() : 0)
        },
        Planted(fault: "refuses small shares only", property: .acceptsAPrefix) { (request) throws(AllocationError) in
            Answers.part(request, request.shareMinor < 100 ? 0 : request.shareMinor, 0)
        },
        Planted(fault: "takes a tenth off every share", property: .acceptsAPrefix) {
            (request) throws(AllocationError) in
            Answers.part(request, request.shareMinor - request.shareMinor / 10, 0)
        },
        Planted(fault: "refuses what is under half of a small whole", property: .acceptsAPrefix) {
            (request) throws(AllocationError) in
            let isSmall = request.wholeMinor < 100_000 && request.shareMinor < request.wholeMinor / 2
            return Answers.part(request, isSmall ? 0 : request.shareMinor, 0)
        },
        Planted(fault: "pays a bonus on a small part of a small whole", property: .earnsNoLessOnMore) {
            (request) throws(AllocationError) in
            let isBonus =
                request.wholeMinor < 1_000_000 && (1...request.wholeMinor / 2 + 1).contains(request.shareMinor)
            return Answers.points(request, isBonus ? 5 : 0)
        },
        Planted(fault: "wraps around near the limits", property: .earnsNoLessOnMore) {
            (request) throws(AllocationError) in
            Answers.points(request, (request.shareMinor &* 30_000) & Int64.max)
        },
        Planted(fault: "pays less above a threshold", property: .earnsNoLessOnMore) {
            (request) throws(AllocationError) in
            Answers.points(request, request.shareMinor / (request.shareMinor > 100_000 ? 50 : 10))
        },
        Planted(fault: "earns on what it refuses", property: .earnsOnWhatItAccepts) {
            (request) throws(AllocationError) in
            let accepted = min(request.shareMinor, 50)
            return Answers.part(request, accepted, request.shareMinor)
        },
        Planted(fault: "answers value for large shares", property: .oneKindOfEarning) {
            (request) throws(AllocationError) in
            AllocationAnswer(
                acceptedMinor: request.shareMinor,
                earning: request.shareMinor > 5000 ? .value(microMinor: request.shareMinor) : .points(.zero))
        },
        Planted(fault: "gives up above a million", property: .answersOrdinaryAmounts) {
            (request) throws(AllocationError) in
            guard request.shareMinor <= 1_000_000 else { throw .overflow }
            return Answers.points(request, request.shareMinor)
        },
        Planted(fault: "throws on an unknown code", property: .answersOrdinaryAmounts) {
            (request) throws(AllocationError) in
            guard request.purchase.merchantCategoryNumber != nil else {
                throw AllocationError(reason: "CODE_MISSING", description: "the code is missing")
            }
            return Answers.points(request, request.shareMinor)
        },
        Planted(
            fault: "forgets what the period has had", property: .periodsAddUp, accumulates: .calendarMonth
        ) { (request) throws(AllocationError) in
            let accepted = min(request.shareMinor, 1000)
            return Answers.part(request, accepted, accepted * 10)
        },
        Planted(
            fault: "starts the second tier one purchase late", property: .periodsAddUp, accumulates: .calendarMonth
        ) { (request) throws(AllocationError) in
            let rate: Int64 = request.periodTotals.acceptedMinor > 5000 ? 10 : 20
            return Answers.points(request, min(request.shareMinor, Int64.max / 100) * rate)
        },
    ]

    @Test("each fault is named", arguments: planted)
    func catches(planted: Planted) {
        let plugin = PlantedPlugin(accumulates: planted.accumulates, planted.body)
        let report = AllocationConformance.check(plugin, seed: 11)
        #expect(report.failures.contains { $0.property == planted.property }, "\(report)")
        #expect(!report.passed)
    }

    struct PlantedFixedPart: Sendable, CustomTestStringConvertible {
        let fault: String
        let property: ConformanceProperty
        let body: PlantedFixedPartPlugin.Body
        var testDescription: String { "a plugin that \(fault) breaks \(property.rawValue)" }
    }

    static let plantedFixedParts: [PlantedFixedPart] = [
        PlantedFixedPart(fault: "asks for less than nothing of a large purchase", property: .fixedPartNotNegative) {
            (purchase) throws(AllocationError) in
            500 - min(purchase.amount.minorUnits, 1_000_000)
        },
        PlantedFixedPart(fault: "counts how often it is asked", property: .sameQuestionSameAnswer) {
            (_) throws(AllocationError) in
            memory.next()
        },
        PlantedFixedPart(fault: "asks for nothing without a code", property: .answersOrdinaryAmounts) {
            (purchase) throws(AllocationError) in
            guard !purchase.merchantCategoryCode.isEmpty else {
                throw AllocationError(reason: "CODE_MISSING", description: "the code is missing")
            }
            return 100
        },
    ]

    @Test("each fault in a fixed part is named", arguments: plantedFixedParts)
    func catchesFixedPart(planted: PlantedFixedPart) {
        let report = AllocationConformance.check(PlantedFixedPartPlugin(planted.body), seed: 11)
        #expect(report.failures.map(\.property) == [planted.property], "\(report)")
    }

    @Test("a fixed part of more than the purchase conforms: it means all of it")
    func largeFixedPart() {
        let plugin = PlantedFixedPartPlugin { (_) throws(AllocationError) in Int64.max }
        let report = AllocationConformance.check(plugin, seed: 12)
        #expect(report.passed, "\(report)")
    }

    @Test("every property is broken by some planted fault")
    func complete() {
        let broken = Self.planted.map(\.property) + Self.plantedFixedParts.map(\.property)
        #expect(Set(broken) == Set(ConformanceProperty.allCases))
    }

    @Test("a sound plugin passes, and the report says so with its seed")
    func sound() {
        let plugin = PlantedPlugin { (request) throws(AllocationError) in
            let (micro, overflow) = request.shareMinor.multipliedReportingOverflow(by: 10_000)
            guard !overflow else { throw .overflow }
            return Answers.points(request, micro)
        }
        let report = AllocationConformance.check(plugin, seed: 99)
        #expect(report.passed, "\(report)")
        #expect(report.description == "planted@1.0.0: conforms (300 questions, seed 99)")
    }

    @Test("the same seed asks the same questions")
    func seeded() {
        let plugin = PlantedPlugin { (request) throws(AllocationError) in Answers.points(request, -request.shareMinor) }
        #expect(AllocationConformance.check(plugin, seed: 5) == AllocationConformance.check(plugin, seed: 5))
    }
}
