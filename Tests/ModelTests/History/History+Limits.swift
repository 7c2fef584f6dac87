import PostgreSQL
import Rewards
import Spending

/// Earnings near the most that a position may have, and beyond it.
extension History {
    /// A rate that fills a position with a few purchases, for two of them beside another card's, and an ordinary rate
    /// again.
    ///
    /// What such a rate earns is a whole number of 10^16 millionths, so what room is left suffices for all ordinary
    /// spends.
    func reachLimit() async throws {
        if random.chance(25) { return try await settleAtLimit() }
        try await configure(Catalogue.flat, Catalogue.generous(tens: random.number(1...3)))
        for _ in 0..<2 {
            let cards = world.cards.indices.filter { world.cards[$0].isRegistered }.shuffled(using: &random).prefix(2)
            let requests = cards.map { card in
                (card: card, request: request("spend-\(number())", card: card, amount: random.number(1...90)))
            }
            let words = requests.map { "\($0.request.spendID) of \($0.request.amountMinor) by \($0.request.cardID)" }
            note("spend near the limit \(words.joined(separator: ", "))")
            let recordSpend = service.recordSpend
            let outcomes = try await withThrowingTaskGroup(of: (Int, SpendAnswer?).self) { group in
                for (index, item) in requests.enumerated() {
                    group.addTask {
                        do {
                            return (index, try await recordSpend.record(item.request))
                        } catch let error as SpendingError where error.reason == .rewardOverflow {
                            guard error.outcome == .notApplied else { throw error }
                            return (index, nil)
                        }
                    }
                }
                return try await group.reduce(into: [Int: SpendAnswer?]()) { $0[$1.0] = $1.1 }
            }
            for (index, item) in requests.enumerated() {
                try hold(outcomes[index] ?? nil, to: item.request, card: item.card)
            }
        }
        try await configure(Catalogue.flat, Catalogue.configurations(Catalogue.flat)[0])
    }

    /// Recorded when every position stays within its bound, and refused without a trace otherwise.
    private func hold(_ answer: SpendAnswer?, to request: SpendRequest, card: Int) throws {
        let occurred = request.occurredAt?.microsecondsSinceEpoch ?? service.clock.nowMicros
        let terms = terms(card, authorizationID: "", occurredMicros: occurred)
        var ahead = world
        _ = ahead.record(
            request, card: card, occurredMicros: occurred, recordedMicros: service.clock.nowMicros, terms)
        guard ahead.positions.values.contains(where: { $0.earned > NaiveWorld.earnedMax }) else {
            guard let answer else { throw fault("\(request.spendID) was refused, and every position holds it") }
            try check(answer, request, card: card, occurredMicros: occurred, terms)
            return tally.count("spends near the limit")
        }
        guard answer == nil else { throw fault("\(request.spendID) was taken beyond what a position holds") }
        tally.count("spends beyond the limit")
    }

    /// Parked legs that earn so much that some of a card's do not fit its position: those stay parked, the others earn.
    private func settleAtLimit() async throws {
        let before = world.plugins[Catalogue.late]
        try await configure(Catalogue.late, Catalogue.generous(tens: 1))
        try await settleParkedLegs()
        let ordinary = Catalogue.configurations(Catalogue.late)
        try await configure(Catalogue.late, ordinary.first { $0.naive == before } ?? ordinary[0])
    }
}
