import Inbox
import Preferences
import Programs

/// Cards, links and shares.
extension History {
    func register(_ card: Int) async throws {
        let facts = world.cards[card]
        note("register \(facts.id)")
        let request = RegisterCard.Request(
            cardID: facts.id, userID: "holder", currencyCode: "USD", sourceUserID: facts.sourceUser,
            cardProgram: facts.cardProgram)
        let answer = try await house.registerCard(request)
        let again = try await house.registerCard(request)
        guard !answer.isReplayed, again.isReplayed else { throw fault("I-5: a card's registration is not repeatable") }
        world.cards[card].isRegistered = true
        // What was heard before it was there takes effect at once, as one version.
        world.cards[card].preferences.hear(heard(facts.sourceUser))
        world.noteVersion(card, effectiveMicros: house.clock.nowMicros)
        tally.count("cards")
    }

    func registerSomeCard() async throws {
        guard let card = world.cards.firstIndex(where: { !$0.isRegistered }) else { return try await spendSomething() }
        try await register(card)
    }

    /// Sends a webhook about a program and has it applied.
    func hear(source: Int, program: String, isLink: Bool, parts: Int?, stampMicros: Int64? = nil) async throws {
        let user = world.cards[source].sourceUser
        let account = random.chance(4) ? "stranger-\(random.number(1...9))" : "member-\(random.number(1...3))"
        let nowMillis = house.clock.nowMicros / 1000
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
        deliveries.append((stamp, body))
        try await deliver(stamp, body)
        let event = NaivePreferences.Event(
            program: program, stampMicros: millis * 1000, isLink: isLink, account: isLink ? account : "",
            parts: isLink ? parts : nil)
        events.append((user, event))
        for card in world.cards.indices where world.cards[card].sourceUser == user && world.cards[card].isRegistered {
            world.cards[card].preferences.hear(event)
            world.noteVersion(card, effectiveMicros: millis * 1000)
        }
        tally.count("connection events")
    }

    func hearSomething() async throws {
        let source = random.chance(70) ? 0 : 2
        let program = Catalogue.ids.randomElement(using: &random) ?? Catalogue.flat
        // Two different words with one stamp cannot be ordered.
        let disputed = random.chance(12) ? events.last { $0.user == world.cards[source].sourceUser }?.event : nil
        try await hear(
            source: source, program: disputed?.program ?? program, isLink: random.chance(72),
            parts: random.chance(60) ? Int(random.number(1...9)) : nil, stampMicros: disputed?.stampMicros)
    }

    func hearAgain() async throws {
        guard let delivery = deliveries.randomElement(using: &random) else { return }
        note("delivery \(delivery.stamp) comes again")
        try await deliver(delivery.stamp, delivery.body)
        tally.count("repeated connection events")
    }

    private func deliver(_ stamp: String, _ body: String) async throws {
        _ = try await house.inbox.receive(
            .programConnection, stamp: stamp, body: Array(body.utf8), authentication: "model")
        try await house.inboxWorker.applyDue()
    }

    private func heard(_ user: String) -> [NaivePreferences.Event] {
        events.filter { $0.user == user }.map(\.event)
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
        let answer = try await house.setAllocation(request)
        world.cards[card].preferences.allocate(parts)
        world.noteVersion(card, effectiveMicros: house.clock.nowMicros)
        let again = try await house.setAllocation(request)
        guard !answer.isReplayed, again.isReplayed else { throw fault("I-5: an allocation is not repeatable") }
        tally.count("allocations")
    }

    func configure(_ program: String, _ configuration: Catalogue.Configuration) async throws {
        note("configure \(program) with \(configuration.plugin) \(configuration.json)")
        try await house.configure(program, configuration)
        world.plugins[program] = configuration.naive
        tally.count("configurations")
    }

    func configureSomething() async throws {
        let program = Catalogue.ids.randomElement(using: &random) ?? Catalogue.flat
        guard let configuration = Catalogue.configurations(program).randomElement(using: &random) else { return }
        try await configure(program, configuration)
    }

    func checkLinks() async throws {
        note("check links")
        while try await house.linkChecker.checkDue() > 0 {}
    }

    func pauseOrResume() async throws {
        if let program = pausedProgram {
            note("resume \(program)")
            _ = try await house.pause(programID: program, isPaused: false, by: "operator")
            pausedProgram = nil
        } else if let program = Catalogue.ids.randomElement(using: &random) {
            note("pause \(program)")
            _ = try await house.pause(programID: program, isPaused: true, by: "operator")
            pausedProgram = program
        }
    }
}
