public import AllocationPlugin
import Rewards

/// The conformance suite of the plugin contract: asks generated questions and reports every rule that is broken.
///
/// It serves tests and runs before a program's plugin is activated (N18).
/// **Guarantees** Deterministic by the seed; it ends after a bounded number of questions.
/// **Cost** About 180 questions to the plugin for each of `requestCount`.
public enum AllocationConformance {
    /// Checks one configured plugin.
    public static func check(
        _ plugin: any AllocationPlugin, seed: UInt64 = 1, requestCount: Int = 300
    ) -> ConformanceReport {
        var examination = Examination(plugin: plugin)
        var generator = RequestGenerator(seed: seed)
        let accumulates = plugin.accumulates != nil
        for _ in 0..<requestCount {
            let request = generator.next(accumulates: accumulates)
            examination.examineShares(
                of: request, extra: generator.amount(upTo: request.shareMinor), gridStart: 1 + generator.amount(upTo: 2)
            )
            examination.examineFixedParts(of: request)
            if accumulates {
                examination.examinePeriods(of: request, first: generator.amount(upTo: request.shareMinor))
            }
        }
        let type = type(of: plugin)
        return ConformanceReport(
            plugin: "\(type.name)@\(type.version)", seed: seed, requestCount: requestCount,
            failures: examination.failures)
    }
}

/// The run of the suite over one plugin.
private struct Examination {
    let plugin: any AllocationPlugin
    private(set) var failures: [ConformanceFailure] = []
    private var unit: RewardUnit?

    init(plugin: any AllocationPlugin) {
        self.plugin = plugin
    }

    private mutating func fail(_ property: ConformanceProperty, _ request: AllocationRequest, _ detail: String) {
        guard !failures.contains(where: { $0.property == property }) else { return }
        failures.append(ConformanceFailure(property: property, request: request, detail: detail))
    }

    /// Asks twice and checks the answer by itself; nil when the plugin throws or the answer cannot be used further.
    private mutating func ask(_ request: AllocationRequest) -> AllocationAnswer? {
        let isOrdinary = request.shareMinor <= RequestGenerator.ordinaryShareMax
        let first = Result { () throws(AllocationError) in try plugin.allocate(request) }
        let second = Result { () throws(AllocationError) in try plugin.allocate(request) }
        guard first == second else {
            fail(.sameQuestionSameAnswer, request, "two answers differ")
            return nil
        }
        guard case .success(let answer) = first else {
            if isOrdinary, case .failure(let error) = first {
                fail(.answersOrdinaryAmounts, request, "it threw \(error.reason)")
            }
            return nil
        }
        if unit == nil { unit = answer.earning.unit }
        if unit != answer.earning.unit { fail(.oneKindOfEarning, request, "the kind changed") }
        guard let defect = answer.defect(forShare: request.shareMinor) else { return answer }
        switch defect {
        case .acceptedOutOfBounds: fail(.acceptsWithinShare, request, "it accepted \(answer.acceptedMinor)")
        case .earningNegative: fail(.earningNotNegative, request, "it earned \(answer.earning.micro) millionths")
        case .earningOnNothing: fail(.earnsNothingOnNothing, request, "it earned \(answer.earning.micro) millionths")
        case .adjustmentsDoNotSum, .adjustmentMalformed:
            fail(.adjustmentsAddUp, request, "it accepted \(answer.acceptedMinor) with \(answer.adjustments)")
        }
        // A wrong list of adjustments says nothing about amounts, so the other rules are still examined.
        return defect == .adjustmentsDoNotSum || defect == .adjustmentMalformed ? answer : nil
    }

    /// One purchase, many shares of it: none, the least, the drawn ones, their edges, a grid over every size and the
    /// largest there is.
    ///
    /// All are asked under one whole and the same totals, as a refund asks about what is left of a recorded spend
    /// (I-4): that the accepted amounts are a prefix and that more never earns less is what makes refunds telescope.
    /// The whole is the drawn one first, since a rule may look at it, and then the largest, so that every share fits.
    mutating func examineShares(of request: AllocationRequest, extra: Int64, gridStart: Int64) {
        for whole in [request.wholeMinor, Int64.max] {
            let base = AllocationRequest(
                shareMinor: request.shareMinor, of: request.purchase.amounting(to: whole),
                periodTotals: request.periodTotals)
            var shares: Set<Int64> = [0, 1, 2, 3, extra, request.shareMinor, request.shareMinor + 1]
            if let answer = ask(base) {
                let edge = answer.acceptedMinor
                shares.formUnion([max(edge - 1, 0), edge, edge + 1])
            }
            shares.formUnion([whole / 1_000_000, whole / 10_000, whole / 100, whole / 2, max(whole - 1, 0), whole])
            for step in 0..<31 { shares.insert(gridStart << Int64(2 * step)) }
            examine(shares.filter { $0 <= whole }.sorted(), of: base)
        }
    }

    private mutating func examine(_ shares: [Int64], of base: AllocationRequest) {
        var known: [(request: AllocationRequest, answer: AllocationAnswer)] = []
        for share in shares {
            let offer = base.offering(share)
            if let answer = ask(offer) { known.append((offer, answer)) }
        }
        let capacity = known.first { $0.answer.acceptedMinor < $0.request.shareMinor }?.answer.acceptedMinor
        for (offer, answer) in known where answer.acceptedMinor != min(offer.shareMinor, capacity ?? Int64.max) {
            fail(.acceptsAPrefix, offer, "it accepted \(answer.acceptedMinor) after refusing beyond \(capacity ?? 0)")
        }
        for (smaller, larger) in zip(known, known.dropFirst()) {
            let detail =
                "\(smaller.request.shareMinor) earns \(smaller.answer.earning.micro), "
                + "\(larger.request.shareMinor) earns \(larger.answer.earning.micro) millionths"
            if larger.answer.earning.micro < smaller.answer.earning.micro {
                fail(.earnsNoLessOnMore, larger.request, detail)
            }
            if larger.answer.acceptedMinor == smaller.answer.acceptedMinor,
                larger.answer.earning != smaller.answer.earning
            {
                fail(.earnsOnWhatItAccepts, larger.request, detail)
            }
        }
        // Asked again after all the others: a plugin that remembers shows here.
        if let last = known.last, ask(last.request) != last.answer {
            fail(.sameQuestionSameAnswer, last.request, "the answer changed after other questions")
        }
    }

    /// The fixed part of one purchase, of its least amount and of the largest.
    mutating func examineFixedParts(of request: AllocationRequest) {
        guard let plugin = plugin as? any FixedPartPlugin else { return }
        for whole in [1, request.wholeMinor, Int64.max] where whole > 0 {
            let asked = AllocationRequest(shareMinor: 0, of: request.purchase.amounting(to: whole))
            let answers = (0..<2).map { _ in
                Result { () throws(AllocationError) in try plugin.fixedMinor(asked.purchase) }
            }
            guard answers[0] == answers[1] else {
                fail(.sameQuestionSameAnswer, asked, "two fixed parts differ")
                continue
            }
            switch answers[0] {
            case .success(let fixed):
                if fixed < 0 { fail(.fixedPartNotNegative, asked, "it asked for \(fixed)") }
            case .failure(let error):
                guard whole <= 2 * RequestGenerator.ordinaryShareMax else { continue }
                fail(.answersOrdinaryAmounts, asked, "it threw \(error.reason) when asked for its fixed part")
            }
        }
    }

    /// One share at once and in two spends of one period.
    mutating func examinePeriods(of request: AllocationRequest, first: Int64) {
        let second = request.shareMinor - first
        guard let whole = ask(request), let earlier = ask(request.offering(first)) else { return }
        let base = request.periodTotals
        let (earnedSoFar, overflow) = base.earnedMicro.addingReportingOverflow(earlier.earning.micro)
        guard !overflow else { return }
        let totals = PeriodTotals(
            acceptedMinor: base.acceptedMinor + earlier.acceptedMinor, earnedMicro: earnedSoFar)
        guard let later = ask(request.offering(second, periodTotals: totals)) else { return }
        let accepted = earlier.acceptedMinor + later.acceptedMinor
        let earned = Int128(earlier.earning.micro) + Int128(later.earning.micro)
        // Each earning is rounded down once, so two parts may differ from the whole by what two roundings lose.
        let sameAccepted = accepted == whole.acceptedMinor
        guard abs(accepted - whole.acceptedMinor) <= 1, !sameAccepted || abs(earned - Int128(whole.earning.micro)) <= 2
        else {
            return fail(
                .periodsAddUp, request,
                "at once \(whole.acceptedMinor) earns \(whole.earning.micro); as \(first) and \(second) it accepts "
                    + "\(accepted) and earns \(earned) millionths")
        }
    }
}
