import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("Random histories of spends and refunds", .timeLimit(.minutes(15)))
struct RefundHistoryTests {
    /// What the test itself remembers of a history.
    private struct History {
        var random: SeededGenerator
        var spends: [(id: String, card: String, amount: Int64)] = []
        var refunds: [String] = []
        var awaited: [(spendID: String, card: String, amount: Int64)] = []
        var steps: [String] = []
        var next = 0

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func id(_ prefix: String) -> String {
            next += 1
            return "\(prefix)\(next)"
        }
    }

    @Test(
        "keep each spend at A(cleared - refunded) and the clawbacks in the positions, after every step",
        arguments: [UInt64(1), 20_261_121, 77])
    func histories(seed: UInt64) async throws {
        let plugins = [
            try SpendingFixture.flatRate("prg_a", "1.37"), try SpendingFixture.tiers("prg_b"),
            try SpendingFixture.flatRate("prg_c", "0.01"),
        ]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card-0", [("prg_a", 3), ("prg_b", 5), ("prg_c", 2)])
            try await fixture.register("card-1", [("prg_b", 1)])
            var history = History(seed: seed)
            for _ in 0..<70 {
                let step = try await Self.step(&history, fixture)
                history.steps.append(step)
                var faults = try await RefundBooks.faults(in: fixture.pool)
                for spend in history.spends {
                    faults += try await RefundedState.faults(of: spend.id, in: fixture)
                }
                guard faults.isEmpty else {
                    Issue.record("seed \(seed): \(faults.prefix(5)) after \(history.steps.suffix(8))")
                    return
                }
            }
            // Undo all that is left: every spend is whole again.
            for refundID in history.refunds { _ = try await fixture.undoRefund(refundID) }
            let left = try await fixture.number("select coalesce(sum(clawed_back_micro), 0)::int8 from positions")
            #expect(left == 0, "seed \(seed)")
        }
    }

    /// Does one thing and says what; what it was refused for must be that there is not enough.
    private static func step(_ history: inout History, _ fixture: SpendingFixture) async throws -> String {
        let dice = Int.random(in: 0..<100, using: &history.random)
        let day = PeriodTotalTests.noon(dayOfYear: Int64.random(in: 1...90, using: &history.random))
        if history.spends.count < 3 || dice < 25 {
            let card = "card-\(Int.random(in: 0...1, using: &history.random))"
            let amount = Int64.random(in: 1...90_00, using: &history.random)
            let id = history.id("s")
            _ = try await fixture.recordSpend.record(spend(id, card: card, amount: amount, at: day))
            history.spends.append((id, card, amount))
            return "spend \(id) of \(amount) on \(card)"
        }
        let spend = history.spends[Int.random(in: 0..<history.spends.count, using: &history.random)]
        if dice < 55 {
            let amount = Int64.random(in: 1...max(1, spend.amount / 2 + 1), using: &history.random)
            let id = history.id("r")
            let refused = try await reason {
                _ = try await fixture.recordRefund(refund(id, of: spend.id, amount: amount))
            }
            #expect(refused == nil || refused == .refundExceedsSpend)
            if refused == nil { history.refunds.append(id) }
            return "refund \(id) of \(amount) of \(spend.id): \(refused?.rawValue ?? "taken")"
        }
        if dice < 65 {
            let amount = Int64.random(in: 1...60_00, using: &history.random)
            let id = history.id("r")
            let answer = try await fixture.recordRefund(
                refund(
                    id, card: spend.card, amount: amount, merchant: "CORNER  shop",
                    at: PeriodTotalTests.noon(dayOfYear: 100)))
            history.refunds.append(id)
            return "refund \(id) of \(amount) of none: \(answer.refund.rule ?? "held")"
        }
        if dice < 75, history.awaited.isEmpty {
            let id = history.id("s")
            let refundID = history.id("r")
            let amount = Int64.random(in: 2...50_00, using: &history.random)
            _ = try await fixture.recordRefund(refund(refundID, of: id, card: spend.card, amount: amount / 2))
            history.refunds.append(refundID)
            history.awaited.append((id, spend.card, amount))
            return "refund \(refundID) waits for \(id)"
        }
        if dice < 75, let awaited = history.awaited.popLast() {
            _ = try await fixture.recordSpend.record(
                Spending.SpendRequest(
                    spendID: awaited.spendID, cardID: awaited.card, currencyCode: "USD", amountMinor: awaited.amount,
                    merchantCategoryCode: "5411", merchantName: "Corner shop", merchantCountry: "US", occurredAt: day))
            history.spends.append((awaited.spendID, awaited.card, awaited.amount))
            let report = try await fixture.refundWorker.sweep()
            return "awaited \(awaited.spendID): \(report)"
        }
        guard let refundID = history.refunds.randomElement(using: &history.random) else { return "nothing" }
        if dice < 88 {
            let answer = try await fixture.undoRefund(refundID)
            return "undo \(refundID)\(answer.replayed ? " again" : "")"
        }
        let standing = try await fixture.getRefund(refundID)
        let candidates = history.spends.filter { $0.card == standing.cardID }.shuffled(using: &history.random)
        let amount = standing.amount.minorUnits
        var targets: [ReattributeRefund.Target] = []
        if candidates.count > 1, amount > 1 {
            let first = Int64.random(in: 1..<amount, using: &history.random)
            targets = [
                .init(spendID: candidates[0].id, amountMinor: first),
                .init(spendID: candidates[1].id, amountMinor: amount - first),
            ]
        } else if let only = candidates.first {
            targets = [.init(spendID: only.id, amountMinor: amount)]
        }
        guard !targets.isEmpty else { return "nothing" }
        let refused = try await reason { [targets] in
            _ = try await fixture.reattributeRefund(refundID, to: targets)
        }
        #expect(refused == nil || refused == .refundExceedsSpend || refused == .refundUndone)
        return "reattribute \(refundID) to \(targets.map(\.spendID)): \(refused?.rawValue ?? "done")"
    }
}

/// What a spend's rows say is left of it, compared with the decision made again for what is not refunded.
enum RefundedState {
    static func faults(of spendID: String, in fixture: SpendingFixture) async throws -> [String] {
        let recorded = try await GetSpend(pool: fixture.pool)(spendID)
        let decision = recorded.decision
        var left: [String: (amount: Int64, micro: Int64)] = [:]
        let rows = try await fixture.pool.query(
            """
            select l.program_id, l.amount_minor - coalesce(t.amount, 0) as amount,
                   l.earned_micro - coalesce(t.micro, 0) as micro
              from legs l
              left join (select c.program_id, sum(c.amount_minor)::int8 amount, sum(c.earned_micro)::int8 micro
                      from refund_movements m join clawbacks c using (card_id, movement_number)
                     where m.spend_id = $1 group by 1) t using (program_id)
             where l.spend_id = $1
            """, [.text(spendID)])
        for row in rows { left[try row.get("program_id")] = (try row.get("amount"), try row.get("micro")) }
        let others = try await fixture.pool.query(
            """
            select s.excluded_minor - coalesce(sum(m.excluded_minor), 0)::int8 as excluded,
                   s.held_minor - coalesce(sum(m.held_minor), 0)::int8 as held
              from spends s left join refund_movements m using (card_id, spend_id) where s.spend_id = $1
             group by s.excluded_minor, s.held_minor
            """, [.text(spendID)])[0]
        let standing = decision.input.purchase.amount.minorUnits - recorded.refundedMinor
        var expected: [String: (amount: Int64, micro: Int64)] = [:]
        var excluded: Int64 = 0
        var held: Int64 = 0
        if standing > 0 {
            let input = decision.input
            let smaller = SpendInput(
                spendID: input.spendID, cardID: input.cardID,
                purchase: Purchase(
                    amount: Money(currency: input.purchase.amount.currency, minorUnits: standing),
                    merchantCategoryCode: input.purchase.merchantCategoryCode,
                    merchantName: input.purchase.merchantName, merchantCountry: input.purchase.merchantCountry,
                    occurredAtMicros: input.purchase.occurredAtMicros, cardAttributes: input.purchase.cardAttributes))
            let weights = decision.certificate.weights
            let again = try SpendDecision.decide(
                DecisionRequest(
                    input: smaller, preferenceVersion: decision.preferenceVersion, weights: weights,
                    runningTotal: decision.certificate.totalBefore,
                    periodTotals: weights.programIDs.map { id in
                        decision.legs.first { $0.programID == id }?.periodTotals
                    },
                    fallback: decision.fallback, wholeMinor: input.purchase.amount.minorUnits),
                tables: ApportionmentCache(), plugins: fixture.plugins.inForce)
            for leg in again.legs { expected[leg.programID] = (leg.amountMinor, leg.earnedMicro) }
            (excluded, held) = (again.excludedMinor, again.heldMinor)
        }
        var faults: [String] = []
        for programID in Set(left.keys).union(expected.keys) {
            let (has, should) = (left[programID] ?? (0, 0), expected[programID] ?? (0, 0))
            if has != should { faults.append("\(spendID) \(programID): has \(has), should have \(should)") }
        }
        if try others.get("excluded", as: Int64.self) != excluded || others.get("held", as: Int64.self) != held {
            faults.append("\(spendID): excluded or held differ")
        }
        return faults
    }
}
