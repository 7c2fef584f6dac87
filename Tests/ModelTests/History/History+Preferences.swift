import Inbox
import Preferences
import Programs

/// Cards, links and shares.
extension History {
    /// A webhook as it was delivered, with what it says.
    struct Delivery {
        let user: String
        let stamp: String
        let body: String
        let event: NaivePreferences.Event
    }

    func register(_ card: Int) async throws {
        let facts = world.cards[card]
        note("register \(facts.id)")
        let request = RegisterCard.Request(
            cardID: facts.id, userID: "holder", currencyCode: "USD", sourceUserID: facts.sourceUser,
            cardProgram: facts.cardProgram)
        let answer = try await service.registerCard(request)
        let again = try await service.registerCard(request)
        guard !answer.isReplayed, again.isReplayed else { throw fault("I-5: a card's registration is not repeatable") }
        world.cards[card].isRegistered = true
        // What was heard before it was there takes effect at once, as one version.
        world.cards[card].preferences.discard(discarded[facts.sourceUser] ?? [])
        world.cards[card].preferences.confirm(confirmedWords[facts.sourceUser] ?? [])
        world.cards[card].preferences.answer(answered[facts.sourceUser] ?? [])
        world.cards[card].preferences.hear(heard(facts.sourceUser))
        world.noteVersion(card, effectiveMicros: service.clock.nowMicros)
        tally.count("cards")
    }

    func registerSomeCard() async throws {
        guard let card = world.cards.firstIndex(where: { !$0.isRegistered }) else { return try await spendSomething() }
        try await register(card)
    }

    func someAccount() -> String {
        random.chance(4) ? "stranger-\(random.number(1...9))" : "member-\(random.number(1...3))"
    }

    /// Sends a webhook about a program and has it applied.
    func hear(source: Int, program: String, isLink: Bool, parts: Int?, stampMicros: Int64? = nil) async throws {
        let user = world.cards[source].sourceUser
        let account = someAccount()
        let nowMillis = service.clock.nowMicros / 1000
        // Some come late, some to the millisecond, and some to the second.
        let late = random.chance(25) ? random.number(1...400_000) : 0
        let isMillis = random.chance(50)
        let millis = stampMicros.map { $0 / 1000 } ?? (isMillis ? nowMillis - late : (nowMillis - late) / 1000 * 1000)
        let stamp = millis % 1000 == 0 && !isMillis ? String(millis / 1000) : String(millis)
        let partsText = parts.map { ",\"parts\":\($0)" } ?? ""
        let accountText = isLink ? ",\"destinationAccount\":{\"destinationUserId\":\"\(account)\"}" : ""
        let body =
            "{\"sourceUserId\":\"\(user)\",\"destinationProgramId\":\"\(program)\","
            + "\"type\":\"\(isLink ? "LINKED" : "DELINKED")\"\(accountText)\(partsText)}"
        note("\(user) \(isLink ? "links \(account) with" : "removes") \(program), parts \(parts ?? 0), stamp \(stamp)")
        let event = NaivePreferences.Event(
            program: program, stampMicros: millis * 1000, isLink: isLink, account: isLink ? account : "",
            parts: isLink ? parts : nil)
        try await hear(Delivery(user: user, stamp: stamp, body: body, event: event))
    }

    private func hear(_ delivery: Delivery) async throws {
        deliveries.append(delivery)
        let (inboxID, isAnswered) = try await deliver(delivery.stamp, delivery.body)
        let known = UserEvent(user: delivery.user, event: delivery.event)
        if inboxIDs[known] == nil { inboxIDs[known] = inboxID }
        saidBy[known, default: []].insert(inboxID)
        if heardMicros[known] == nil { heardMicros[known] = service.clock.nowMicros }
        if isAnswered { answeredIDs.insert(inboxID) }
        events.append((delivery.user, delivery.event))
        for card in world.cards.indices
        where world.cards[card].sourceUser == delivery.user && world.cards[card].isRegistered {
            world.cards[card].preferences.hear(delivery.event)
            world.noteVersion(card, effectiveMicros: delivery.event.stampMicros)
        }
        noteAnswers(to: known)
        tally.count("connection events")
    }

    func hearSomething() async throws {
        let source = random.chance(70) ? 0 : 2
        let program = Catalogue.ids.randomElement(using: &random) ?? Catalogue.flat
        // Two different words with one stamp cannot be ordered. Webhooks have whole milliseconds.
        let disputed =
            random.chance(25)
            ? events.last { $0.user == world.cards[source].sourceUser && $0.event.stampMicros % 1000 == 0 }?.event : nil
        try await hear(
            source: source, program: disputed?.program ?? program, isLink: random.chance(72),
            parts: random.chance(60) ? Int(random.number(1...9)) : nil, stampMicros: disputed?.stampMicros)
    }

    func hearAgain() async throws {
        let isNew = random.chance(60)
        guard let delivery = isNew ? deliveries.last : deliveries.randomElement(using: &random) else { return }
        if random.chance(50) { return try await hearSignedAnew(delivery) }
        if random.chance(50) { return try await hearInOtherBytes(delivery) }
        note("delivery \(delivery.stamp) comes again")
        let (inboxID, isAnswered) = try await deliver(delivery.stamp, delivery.body)
        if isAnswered { noteAnswer(to: inboxID) }
        tally.count("repeated connection events")
    }

    /// Somebody who tries things out returns to an earlier word, or Cosmo sends again what it had no answer to: nobody
    /// can tell them apart but by what was answered.
    func returnToEarlierWord() async throws {
        guard let recent = deliveries.suffix(4).randomElement(using: &random) else { return try await hearSomething() }
        let about = deliveries.filter { $0.user == recent.user && $0.event.program == recent.event.program }
        let word = about.max { $0.event.stampMicros < $1.event.stampMicros }?.event.saying
        let others = Array(about.filter { $0.event.saying != word }.suffix(3))
        let unanswered = others.filter { answered[$0.user]?.contains($0.event) != true }
        let some = random.chance(70) && !unanswered.isEmpty ? unanswered : others
        guard let earlier = some.randomElement(using: &random) else {
            return try await hear(
                source: recent.user == world.cards[0].sourceUser ? 0 : 2, program: recent.event.program,
                isLink: !recent.event.isLink, parts: nil)
        }
        let held = heldDeliveries()
        let isNow = random.chance(70)
        let millis =
            isNow ? service.clock.nowMicros / 1000 : earlier.event.stampMicros / 1000 + random.number(1...900_000)
        note("\(earlier.user) is back at delivery \(earlier.stamp) about \(earlier.event.program), stamp \(millis)")
        let event = NaivePreferences.Event(
            program: earlier.event.program, stampMicros: millis * 1000, isLink: earlier.event.isLink,
            account: earlier.event.account, parts: earlier.event.parts)
        try await hear(Delivery(user: earlier.user, stamp: String(millis), body: earlier.body, event: event))
        tally.count("returns to an earlier word")
        tally.count("returns held", by: heldDeliveries().subtracting(held).count)
    }

    /// Cosmo may write the same event differently when it sends it again.
    private func hearInOtherBytes(_ delivery: Delivery) async throws {
        let body = delivery.body + String(repeating: " ", count: Int(random.number(1...3)))
        note("delivery \(delivery.stamp) comes again in \(body.utf8.count) bytes")
        let known = UserEvent(user: delivery.user, event: delivery.event)
        let wasAnswered = answered[known.user]?.contains(known.event) == true
        try await hear(Delivery(user: delivery.user, stamp: delivery.stamp, body: body, event: delivery.event))
        tally.count("connection events in other bytes")
        if wasAnswered, answered[known.user]?.contains(known.event) != true {
            tally.count("answered events in doubt again")
        }
    }

    /// It becomes known only now that some delivery was answered in time.
    func learnOfAnswer() async throws {
        let open = Set(saidBy.values.joined()).subtracting(answeredIDs).sorted()
        let some = random.chance(70) ? open.suffix(4) : open[...]
        guard let inboxID = some.randomElement(using: &random) else { return }
        note("it becomes known that delivery \(inboxID) was answered")
        let held = heldDeliveries()
        try await service.inbox.storeAnswered(inboxID)
        try await service.reviewHeldLinks.reviewDue()
        noteAnswer(to: inboxID)
        tally.count("answers that became known late")
        tally.count("possible retries settled by an answer", by: held.subtracting(heldDeliveries()).count)
    }

    private func noteAnswer(to inboxID: Int64) {
        answeredIDs.insert(inboxID)
        for (known, ids) in saidBy where ids.contains(inboxID) { noteAnswers(to: known) }
    }

    /// An event is answered when each delivery that says it was.
    private func noteAnswers(to known: UserEvent) {
        let isAnswered = saidBy[known, default: []].isSubset(of: answeredIDs)
        if isAnswered {
            answered[known.user, default: []].insert(known.event)
        } else {
            answered[known.user]?.remove(known.event)
        }
        for card in world.cards.indices
        where world.cards[card].sourceUser == known.user && world.cards[card].isRegistered {
            world.cards[card].preferences.answer([known.event], isAnswered)
        }
    }

    /// Cosmo may sign each retry afresh.
    func hearSignedAnew(_ delivery: Delivery) async throws {
        let micros = delivery.event.stampMicros + random.number(1...90) * 1_000_000
        note("delivery \(delivery.stamp) comes again with the stamp \(micros / 1000)")
        let event = NaivePreferences.Event(
            program: delivery.event.program, stampMicros: micros, isLink: delivery.event.isLink,
            account: delivery.event.account, parts: delivery.event.parts)
        try await hear(
            Delivery(user: delivery.user, stamp: String(micros / 1000), body: delivery.body, event: event))
        tally.count("connection events signed again")
    }

    /// Delivers and applies; some deliveries are answered in time, which becomes known before or after they are
    /// applied.
    private func deliver(_ stamp: String, _ body: String) async throws -> (inboxID: Int64, isAnswered: Bool) {
        let received = try await service.inbox.receive(
            .programConnection, stamp: stamp, body: Array(body.utf8), authentication: "model")
        let isAnswered = random.chance(60)
        let isKnownFirst = random.chance(50)
        if isAnswered, isKnownFirst { try await service.inbox.storeAnswered(received.id) }
        try await service.inboxWorker.applyDue()
        if isAnswered, !isKnownFirst {
            try await service.inbox.storeAnswered(received.id)
            try await service.reviewHeldLinks.reviewDue()
        }
        return (received.id, isAnswered)
    }

    /// What webhooks said about a user.
    func heard(_ user: String) -> [NaivePreferences.Event] {
        events.filter { $0.user == user && $0.event.card == nil }.map(\.event)
    }

    func allocate() async throws {
        let able = world.cards.indices.filter { card in
            world.cards[card].isRegistered && world.cards[card].preferences.links.values.contains { $0.isLinked }
        }
        guard let card = able.randomElement(using: &random) else { return try await hearSomething() }
        var parts: [String: Int] = [:]
        for (program, link) in world.cards[card].preferences.links.sorted(by: { $0.key < $1.key }) where link.isLinked {
            if parts.isEmpty || random.chance(60) { parts[program] = Int(random.number(1...9)) }
        }
        let shares = parts.sorted { $0.key < $1.key }
        note("allocate \(world.cards[card].id) \(shares.map { "\($0.key):\($0.value)" }.joined(separator: ","))")
        let request = SetAllocation.Request(
            cardID: world.cards[card].id, shares: shares.map { .init(programID: $0.key, parts: $0.value) },
            requestID: "allocation-\(number())")
        let answer = try await service.setAllocation(request)
        world.cards[card].preferences.allocate(parts)
        world.noteVersion(card, effectiveMicros: service.clock.nowMicros)
        let again = try await service.setAllocation(request)
        guard !answer.isReplayed, again.isReplayed else { throw fault("I-5: an allocation is not repeatable") }
        tally.count("allocations")
    }

    func configure(_ program: String, _ configuration: Catalogue.Configuration) async throws {
        note("configure \(program) with \(configuration.plugin) \(configuration.json)")
        try await service.configure(program, configuration)
        world.configure(program, configuration.naive)
        tally.count("configurations")
    }

    func configureSomething() async throws {
        let program = Catalogue.ids.randomElement(using: &random) ?? Catalogue.flat
        guard let configuration = Catalogue.configurations(program).randomElement(using: &random) else { return }
        try await configure(program, configuration)
    }

    func checkLinks() async throws {
        note("check links")
        while case let count = try await service.linkChecker.checkDue(), count > 0 {
            tally.count("links checked", by: count)
        }
    }

    func pauseOrResume() async throws {
        if let program = pausedProgram {
            note("resume \(program)")
            _ = try await service.pause(programID: program, isPaused: false)
            pausedProgram = nil
            tally.count("programs resumed")
        } else if let program = Catalogue.ids.randomElement(using: &random) {
            note("pause \(program)")
            _ = try await service.pause(programID: program, isPaused: true)
            pausedProgram = program
            tally.count("programs paused")
        }
    }
}
