import Cosmo
import Preferences
import Rewards

/// Links and removals that a platform with its own user interface asks for, card by card.
extension History {
    /// A call that was taken, so that it can be sent again.
    struct PlatformCall {
        let card: Int
        let program: String
        /// Nil for a removal.
        let account: String?
        let parts: Int?
        let id: String
    }

    func callAsPlatform() async throws {
        if random.chance(20) { return try await callAmiss() }
        let card = registeredCard()
        let program = Catalogue.ids.randomElement(using: &random) ?? Catalogue.flat
        let isLinked = world.cards[card].preferences.links[program]?.isLinked == true
        let call = PlatformCall(
            card: card, program: program, account: isLinked && random.chance(40) ? nil : someAccount(),
            parts: random.chance(40) ? Int(random.number(1...9)) : nil, id: "platform-\(number())")
        note("the platform \(words(call))")
        let answer = try await send(call)
        let user = world.cards[card].sourceUser
        // The call takes effect: its stamp is after every other of its user and program.
        let newest = events.filter { $0.user == user && $0.event.program == program }.map(\.event.stampMicros).max()
        let event = NaivePreferences.Event(
            program: program, stampMicros: max(service.clock.nowMicros, newest.map { $0 + 1 } ?? .min),
            isLink: call.account != nil, account: call.account ?? "", parts: nil, card: card)
        events.append((user, event))
        heardMicros[UserEvent(user: user, event: event)] = service.clock.nowMicros
        world.cards[card].preferences.hear(event, allocating: call.account == nil ? nil : call.parts)
        world.noteVersion(card, effectiveMicros: service.clock.nowMicros)
        let preferences = world.cards[card].preferences
        let said = answer.preferences.links.map { "\($0.programID) \($0.account.userID ?? "") \($0.parts)" }
        let expected = preferences.inForce.map { "\($0.program) \($0.account) \($0.parts)" }
        guard !answer.isReplayed, answer.preferences.version == preferences.version, said == expected else {
            throw fault(
                "a platform's call came to \(answer.preferences.version) \(said), the reference says \(expected)")
        }
        platformCalls.append((call, answer.preferences.version))
        tally.count(call.account == nil ? "removals by platforms" : "links by platforms")
    }

    private func words(_ call: PlatformCall) -> String {
        let what = call.account.map { "links \($0) with \(call.program), parts \(call.parts ?? 0)," }
        return "\(what ?? "removes \(call.program)") for \(world.cards[call.card].id) as \(call.id)"
    }

    private func send(_ call: PlatformCall) async throws -> PreferencesAnswer {
        let cardID = world.cards[call.card].id
        guard let account = call.account else {
            return try await service.delinkProgram(
                DelinkProgram.Request(cardID: cardID, programID: call.program, requestID: call.id))
        }
        return try await service.linkProgram(
            LinkProgram.Request(
                cardID: cardID, programID: call.program, account: CosmoAccount(userID: account), parts: call.parts,
                requestID: call.id))
    }

    /// Calls that must change nothing: the same once more, another under its id, a removal of what is not linked, a
    /// program that nobody has.
    private func callAmiss() async throws {
        switch random.number(0...3) {
        case 0:
            guard let (call, version) = platformCalls.randomElement(using: &random) else { return }
            note("again: the platform \(words(call))")
            let answer = try await send(call)
            guard answer.isReplayed, answer.preferences.version == version else {
                throw fault("I-5: \(call.id) again came to version \(answer.preferences.version), not \(version)")
            }
            tally.count("repeated platform calls")
        case 1:
            guard let (call, _) = platformCalls.randomElement(using: &random) else { return }
            let other = PlatformCall(
                card: call.card, program: call.program, account: call.account == nil ? "member-1" : nil, parts: nil,
                id: call.id)
            try await expect(.requestConflict, other)
        case 2:
            let card = registeredCard()
            let unlinked = Catalogue.ids.filter { world.cards[card].preferences.links[$0]?.isLinked != true }
            guard let program = unlinked.randomElement(using: &random) else { return }
            try await expect(
                .notLinked, .init(card: card, program: program, account: nil, parts: nil, id: "platform-\(number())"))
        default:
            try await expect(
                .unknownProgram,
                .init(
                    card: registeredCard(), program: "prg_nobody", account: "member-1", parts: nil,
                    id: "platform-\(number())"))
        }
    }

    private func expect(_ reason: PreferencesError.Reason, _ call: PlatformCall) async throws {
        note("refused with \(reason.rawValue): the platform \(words(call))")
        do {
            _ = try await send(call)
        } catch let error as PreferencesError {
            guard error.reason == reason, error.outcome == .notApplied else { throw error }
            return tally.count("platform calls refused with \(reason.rawValue)")
        }
        throw fault("a call that had to be refused with \(reason.rawValue) was taken")
    }
}
