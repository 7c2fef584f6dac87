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

    /// Merchants with their categories.
    static let merchants = [("Grocer", "5411"), ("Baker", "5411"), ("Airline", "4511")]

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
        let merchant = Self.merchants.randomElement(using: &random) ?? Self.merchants[0]
        return SpendRequest(
            spendID: id, cardID: world.cards[card].id, currencyCode: "USD", amountMinor: amount,
            merchantCategoryCode: merchant.1, merchantName: merchant.0,
            occurredAt: PostgresTimestamp(microsecondsSinceEpoch: service.clock.nowMicros - age),
            authorizationID: authorizationID)
    }

    func spendSomething() async throws {
        // Some spends have a refund waiting for them.
        let promised = random.chance(40) ? promisedSpends.popLast() : nil
        let card = promised?.card ?? registeredCard()
        let id = promised?.id ?? "spend-\(number())"
        let request = request(id, card: card, amount: amount())
        note("spend \(id) of \(request.amountMinor) by \(request.cardID) at \(request.merchantName)")
        let answer = try await service.recordSpend.record(request)
        try check(answer, request, card: card)
        if promised != nil, random.chance(60) { try await sweepRefunds() }
        tally.count("spends")
    }

    /// Records a spend that names no authorisation in the reference and holds the answer to it.
    private func check(_ answer: SpendAnswer, _ request: SpendRequest, card: Int) throws {
        let occurred = request.occurredAt?.microsecondsSinceEpoch ?? service.clock.nowMicros
        let terms = terms(card, authorizationID: request.authorizationID, occurredMicros: occurred)
        try check(answer, request, card: card, occurredMicros: occurred, terms)
    }

    /// Records the spend in the reference and holds the answer to it, leg by leg.
    func check(
        _ answer: SpendAnswer, _ request: SpendRequest, card: Int, occurredMicros: Int64, _ terms: Terms
    ) throws {
        let decision = answer.recorded.decision
        let before = world.cards[card].totals[terms.weights] ?? 0
        let split = world.record(
            request, card: card, occurredMicros: occurredMicros, recordedMicros: service.clock.nowMicros, terms)
        sentSpends[request.spendID] = SentSpend(request: request, answer: answer.recorded)
        if answer.replayed { throw fault("I-5: the first answer to \(request.spendID) says that it is a repetition") }
        try hold(decision, answer.recorded.attribution, to: split, of: request, card: card, terms, before: before)
        for (program, part) in split.legs where part.micro == 0 && world.plugins[program] == nil {
            guard decision.legs.contains(where: { $0.programID == program && $0.status == .parked }) else {
                throw fault("the leg of \(program) without a plugin is not parked")
            }
            tally.count("parked legs")
        }
        if let service = world.service, decision.ownProgramLeg?.programID == service {
            tally.count("spends offered to the service")
        }
        if split.excluded > 0 || split.held > 0 && !terms.shares.isEmpty { tally.count("spends refused in part") }
        if split.held > 0 { tally.count("spends held") }
    }

    /// Holds a decision to the reference's split; `before` is the running total that it was made on.
    func hold(
        _ decision: Decision, _ attribution: Attribution, to split: NaiveSpend.Split, of request: SpendRequest,
        card: Int, _ terms: Terms, before: Int64? = nil
    ) throws {
        guard attribution == terms.rule, decision.preferenceVersion == terms.version else {
            throw fault(
                "\(request.spendID) was decided under version \(decision.preferenceVersion) by \(attribution), not"
                    + " \(terms.version) by \(terms.rule)")
        }
        if !terms.shares.isEmpty {
            let before = before ?? world.cards[card].totals[terms.weights] ?? 0
            let fair = world.quota.shares(terms.shares.map(\.parts), after: before, amount: request.amountMinor)
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
    }

    func spendAgain() async throws {
        guard let id = sentSpends.keys.sorted().randomElement(using: &random), let sent = sentSpends[id] else { return }
        note("spend \(id) again")
        let answer = try await service.recordSpend.record(sent.request)
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
            _ = try await service.recordSpend.record(request)
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
        let recordSpend = service.recordSpend
        let answers = try await withThrowingTaskGroup(of: SpendAnswer.self) { group in
            for _ in 0..<3 { group.addTask { try await recordSpend.record(request) } }
            return try await group.reduce(into: [SpendAnswer]()) { $0.append($1) }
        }
        let first = answers.filter { !$0.replayed }
        guard first.count == 1, let answer = first.first, Set(answers.map(\.recorded)).count == 1 else {
            throw fault("I-5: \(first.count) of three equal calls took effect")
        }
        try check(answer, request, card: card)
        tally.count("concurrent spends")
    }

    func settleParkedLegs() async throws {
        let program = Catalogue.late
        note("settle parked legs of \(program)")
        let report = try await service.retryParkedLegs(programID: program)
        guard let plugin = world.plugins[program] else {
            if report.settled > 0 { throw fault("a leg was settled without a plugin") }
            return
        }
        var count = 0
        var beyond = 0
        for (id, isOfRelease) in world.decided {
            guard let index = world.spend(id),
                let isSettled = settle(index, isOfRelease: isOfRelease, program, plugin)
            else { continue }
            if isSettled { count += 1 } else { beyond += 1 }
        }
        guard report.settled == count, report.parkedAgain.values.reduce(0, +) == beyond,
            report.parkedAgain["REWARD_OVERFLOW", default: 0] == beyond
        else {
            throw fault(
                "\(report.settled) legs were settled, not \(count); parked are \(report.parkedAgain), not \(beyond)")
        }
        tally.count("legs beyond the limit", by: beyond)
        tally.count("settled legs", by: count)
    }

    /// Whether a parked leg of a spend, or of its release, earns now; false when its position does not hold it, nil
    /// when there is no such leg.
    private func settle(_ index: Int, isOfRelease: Bool, _ program: String, _ plugin: NaivePlugin) -> Bool? {
        let spend = world.spends[index]
        var decided = spend
        if isOfRelease {
            guard case .decided(let released) = world.releases[spend.id] else { return nil }
            decided = released
        }
        guard decided.parked.contains(program), decided.settled[program] == nil else { return nil }
        decided.settled[program] = .init(plugin: plugin, month: Month())
        let key = NaiveWorld.PositionKey(card: spend.card, program: program)
        let whole = decided.split(of: decided.amount, world.quota)
        let left = isOfRelease ? world.heldBySpend(index) : spend.amount - spend.refunded
        let earned = whole.legs[program]?.micro ?? 0
        guard earned <= NaiveWorld.earnedMax - (world.positions[key]?.earned ?? 0) else { return false }
        if isOfRelease {
            world.releases[spend.id] = .decided(decided)
            tally.count("settled legs of releases")
        } else {
            world.spends[index] = decided
            world.whole[spend.id] = whole
        }
        world.positions[key, default: .init()].earned += earned
        // What was refunded while it was parked had earned nothing yet: it is taken back as it is earned.
        let taken = earned - (decided.split(of: left, world.quota).legs[program]?.micro ?? 0)
        world.positions[key, default: .init()].clawedBack += taken
        world.taken[key, default: .init()].micro += taken
        return true
    }

    func letTimePass() async throws {
        let (days, hours) = (random.number(1...6), random.number(0...12))
        note("\(days) days and \(hours) hours pass")
        await pass(seconds: days * 86_400 + hours * 3600)
        tally.count("days passed", by: Int(days))
    }
}
