import PostgreSQL
import Rewards
import Spending

/// Purchases, authorised or not, sent once and more than once.
extension History {
    /// What was sent, so that it can be sent again.
    struct SentSpend {
        let request: SpendRequest
        let answer: RecordedSpend
    }

    static let merchants = ["Grocer", "Baker", "Airline"]

    func amount() -> Int64 {
        switch random.number(0...99) {
        case 0..<72: random.number(1...200)
        case 72..<94: random.number(200...1500)
        default: random.number(1500...5000)
        }
    }

    func registeredCard() -> Int {
        world.cards.indices.filter { world.cards[$0].isRegistered }.randomElement(using: &random) ?? 0
    }

    func request(_ id: String, card: Int, amount: Int64, authorizationID: String = "") -> SpendRequest {
        // Some purchases are cleared days after they were made.
        let age = random.chance(15) ? random.number(1...9) * 86_400_000_000 : 0
        return SpendRequest(
            spendID: id, cardID: world.cards[card].id, currencyCode: "USD", amountMinor: amount,
            merchantCategoryCode: "5411", merchantName: Self.merchants.randomElement(using: &random) ?? "Grocer",
            occurredAt: PostgresTimestamp(microsecondsSinceEpoch: house.clock.nowMicros - age),
            authorizationID: authorizationID)
    }

    func spendSomething() async throws {
        // Some spends have a refund waiting for them.
        let promised = random.chance(40) ? promisedSpends.popLast() : nil
        let card = promised?.card ?? registeredCard()
        let id = promised?.id ?? "spend-\(number())"
        let request = request(id, card: card, amount: amount())
        note("spend \(id) of \(request.amountMinor) by \(request.cardID) at \(request.merchantName)")
        let answer = try await house.recordSpend.record(request)
        let preferences = world.cards[card].preferences
        try check(
            answer, request, card: card, version: preferences.version, shares: preferences.shares,
            attribution: .latest)
        if promised != nil, random.chance(60) { try await sweepRefunds() }
        tally.count("spends")
    }

    /// Records the spend in the reference and holds the answer to it, leg by leg.
    func check(
        _ answer: SpendAnswer, _ request: SpendRequest, card: Int, version: Int64, shares: [NaiveSpend.Share],
        attribution: Attribution
    ) throws {
        let weights = shares.map { "\($0.program):\($0.parts)" }.joined(separator: ",")
        let before = world.cards[card].totals[weights] ?? 0
        let split = world.record(
            request.spendID, card: card, amount: request.amountMinor, merchant: request.merchantName,
            occurredMicros: request.occurredAt?.microsecondsSinceEpoch ?? 0, version: version, shares: shares,
            authorization: request.authorizationID)
        let decision = answer.recorded.decision
        guard answer.recorded.attribution == attribution else {
            throw fault("\(request.spendID) was attributed by \(answer.recorded.attribution), not \(attribution)")
        }
        sentSpends[request.spendID] = SentSpend(request: request, answer: answer.recorded)
        if answer.replayed { throw fault("I-5: the first answer to \(request.spendID) says that it is a repetition") }
        if decision.preferenceVersion != version {
            throw fault("\(request.spendID) was decided under version \(decision.preferenceVersion), not \(version)")
        }
        if !shares.isEmpty {
            let fair = world.quota.shares(shares.map(\.parts), after: before, amount: request.amountMinor)
            guard decision.certificate.totalBefore == before, decision.certificate.shares == fair else {
                throw fault("I-3: the shares are \(decision.certificate.shares), fair is \(fair)")
            }
        }
        var found = NaiveSpend.Split(excluded: decision.excludedMinor, held: decision.heldMinor)
        for leg in decision.legs where leg.amountMinor > 0 {
            found.legs[leg.programID] = .init(amount: leg.amountMinor, micro: leg.earnedMicro)
        }
        guard found == split else {
            throw fault("\(request.spendID) was split as \(found), the reference says \(split)")
        }
        for (program, part) in split.legs where part.micro == 0 && world.plugins[program] == nil {
            guard decision.legs.contains(where: { $0.programID == program && $0.status == .parked }) else {
                throw fault("the leg of \(program) without a plugin is not parked")
            }
            tally.count("parked legs")
        }
        if split.excluded > 0 { tally.count("spends refused in part") }
        if split.held > 0 { tally.count("spends held") }
    }

    func spendAgain() async throws {
        guard let id = sentSpends.keys.sorted().randomElement(using: &random), let sent = sentSpends[id] else { return }
        note("spend \(id) again")
        let answer = try await house.recordSpend.record(sent.request)
        guard answer.replayed, answer.recorded.decision == sent.answer.decision else {
            throw fault("I-5: the repetition of \(id) has another answer")
        }
        tally.count("repeated spends")
    }

    func spendOtherwise() async throws {
        guard let id = sentSpends.keys.sorted().randomElement(using: &random), let sent = sentSpends[id] else { return }
        note("spend \(id) with another amount")
        var request = sent.request
        request.amountMinor += 1
        do {
            _ = try await house.recordSpend.record(request)
            throw fault("I-5: \(id) was taken with another content")
        } catch let error as SpendingError {
            guard error.reason == .spendConflict, error.outcome == .notApplied else { throw error }
        }
        tally.count("conflicting spends")
    }

    /// The same call several times at once, and other cards' spends beside it.
    func spendAtOnce() async throws {
        let card = registeredCard()
        let id = "spend-\(number())"
        let request = request(id, card: card, amount: amount())
        note("spend \(id) of \(request.amountMinor) by \(request.cardID), three times at once")
        let recordSpend = house.recordSpend
        let answers = try await withThrowingTaskGroup(of: SpendAnswer.self) { group in
            for _ in 0..<3 { group.addTask { try await recordSpend.record(request) } }
            return try await group.reduce(into: [SpendAnswer]()) { $0.append($1) }
        }
        let first = answers.filter { !$0.replayed }
        guard first.count == 1, let answer = first.first, Set(answers.map(\.recorded)).count == 1 else {
            throw fault("I-5: \(first.count) of three equal calls took effect")
        }
        let preferences = world.cards[card].preferences
        try check(
            answer, request, card: card, version: preferences.version, shares: preferences.shares,
            attribution: .latest)
        tally.count("concurrent spends")
    }

    func settleParkedLegs() async throws {
        let program = Catalogue.late
        note("settle parked legs of \(program)")
        let report = try await house.retryParkedLegs(programID: program)
        guard let plugin = world.plugins[program] else {
            if report.settled > 0 { throw fault("a leg was settled without a plugin") }
            return
        }
        var count = 0
        for index in world.spends.indices
        where world.spends[index].parked.contains(program) && world.spends[index].settled[program] == nil {
            let spend = world.spends[index]
            world.spends[index].settled[program] = .init(plugin: plugin, month: Month())
            let key = NaiveWorld.PositionKey(card: spend.card, program: program)
            let whole = world.spends[index].split(of: spend.amount, world.quota)
            let open = world.spends[index].split(of: spend.amount - spend.refunded, world.quota)
            world.whole[spend.id] = whole
            world.positions[key, default: .init()].earned += whole.legs[program]?.micro ?? 0
            // What was refunded while it was parked had earned nothing yet: it is taken back as it is earned.
            let taken = (whole.legs[program]?.micro ?? 0) - (open.legs[program]?.micro ?? 0)
            world.positions[key, default: .init()].clawedBack += taken
            world.taken[key, default: .init()].micro += taken
            count += 1
        }
        guard report.settled == count else { throw fault("\(report.settled) legs were settled, not \(count)") }
        tally.count("settled legs", by: count)
    }

    func letTimePass() async throws {
        let days = random.number(1...6)
        note("\(days) days pass")
        await pass(seconds: days * 86_400)
    }
}
