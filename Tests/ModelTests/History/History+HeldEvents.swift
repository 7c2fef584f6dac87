import Preferences
import Rewards

/// Connection events of one stamp that disagree, and words that may be retries, until an operator decides about them.
extension History {
    /// A user's word, which is one event however often and in whichever spelling it is delivered.
    struct UserEvent: Hashable {
        let user: String
        let event: NaivePreferences.Event
    }

    /// What disagrees now, over all cards of a user: the operator's list.
    private func disputed(_ user: String) -> [NaivePreferences.Event] {
        let cards = world.cards.filter { $0.sourceUser == user && $0.isRegistered }
        var all: Set<NaivePreferences.Event> = []
        for program in Catalogue.ids {
            if cards.isEmpty {
                // Before there is a card, the set itself is looked at.
                var unheard = NaivePreferences(retryMicros: ServiceUnderTest.retrySeconds * 1_000_000)
                unheard.hear(heard(user))
                unheard.discard(discarded[user] ?? [])
                all.formUnion(unheard.disputed(program))
            } else {
                for card in cards { all.formUnion(card.preferences.disputed(program)) }
            }
        }
        return inOrder(all)
    }

    private func inOrder(_ events: Set<NaivePreferences.Event>) -> [NaivePreferences.Event] {
        events.sorted {
            ($0.program, $0.stampMicros, $0.saying, $0.card ?? -1) < (
                $1.program, $1.stampMicros, $1.saying, $1.card ?? -1
            )
        }
    }

    /// What may be a retry for at least one card of a user: with each event all that an operator discards with it.
    private func retried(_ user: String) -> [(event: NaivePreferences.Event, all: Set<NaivePreferences.Event>)] {
        let cards = world.cards.filter { $0.sourceUser == user && $0.isRegistered }
        var found: [NaivePreferences.Event: Set<NaivePreferences.Event>] = [:]
        for program in Catalogue.ids {
            for card in cards {
                let words = card.preferences.retried(program)
                for word in words { found[word, default: []].formUnion(words) }
            }
        }
        return inOrder(Set(found.keys)).map { ($0, found[$0] ?? []) }
    }

    /// Whether nothing may be issued now for a card and a program.
    func waits(_ card: Int, _ program: String) -> Bool {
        let preferences = world.cards[card].preferences
        let user = world.cards[card].sourceUser
        let open = preferences.disputed(program).union(preferences.retried(program))
        let since = open.compactMap { heardMicros[UserEvent(user: user, event: $0)] }.min()
        return since.map { $0 + ServiceUnderTest.heldWaitSeconds * 1_000_000 > service.clock.nowMicros } ?? false
    }

    /// The deliveries that are shown as held; worked out again only when something was heard or decided.
    func heldDeliveries() -> Set<Int64> {
        let heard = [
            events.count, world.cards.count(where: \.isRegistered), discarded.values.reduce(0) { $0 + $1.count },
            confirmedWords.values.reduce(0) { $0 + $1.count }, answered.values.reduce(0) { $0 + $1.count },
        ]
        if let known = held, known.heard == heard { return known.ids }
        var ids: Set<Int64> = []
        for user in Set(events.map(\.user)) {
            let open = disputed(user) + retried(user).map(\.event)
            ids.formUnion(open.compactMap { inboxIDs[UserEvent(user: user, event: $0)] })
        }
        held = (heard, ids)
        return ids
    }

    /// An operator decides about a word that may be a retry.
    private func resolveRetry() async throws -> Bool {
        let users = Set(world.cards.filter(\.isRegistered).map(\.sourceUser)).sorted()
        let open = users.flatMap { user in retried(user).map { (user: user, event: $0.event, all: $0.all) } }
        tally.count("possible retries seen", by: open.count)
        guard let chosen = open.randomElement(using: &random),
            let inboxID = inboxIDs[UserEvent(user: chosen.user, event: chosen.event)]
        else { return false }
        let isRetry = random.chance(50)
        note("an operator says that delivery \(inboxID) about \(chosen.event.program) is\(isRetry ? "" : " no") retry")
        let snapshots = try await service.resolveHeldEvent(
            inboxID: inboxID, verdict: isRetry ? .isRetry : .counts, operatorID: "operator")
        if isRetry {
            discarded[chosen.user, default: []].formUnion(chosen.all)
        } else {
            confirmedWords[chosen.user, default: []].insert(chosen.event)
        }
        for card in world.cards.indices
        where world.cards[card].sourceUser == chosen.user && world.cards[card].isRegistered {
            if isRetry {
                world.cards[card].preferences.discard(chosen.all)
            } else {
                world.cards[card].preferences.confirm([chosen.event])
            }
            world.noteVersion(card, effectiveMicros: service.clock.nowMicros)
            let version = world.cards[card].preferences.version
            guard snapshots.first(where: { $0.cardID == world.cards[card].id })?.version == version else {
                throw fault("the operator gets \(snapshots.map(\.version)), the reference says \(version)")
            }
        }
        tally.count(isRetry ? "retries discarded" : "possible retries confirmed")
        return true
    }

    func resolveHeld() async throws {
        if random.chance(50), try await resolveRetry() { return }
        let users = Set(world.cards.filter(\.isRegistered).map(\.sourceUser)).sorted()
        let open = users.flatMap { user in
            disputed(user).compactMap { event in
                inboxIDs[UserEvent(user: user, event: event)].map { (user: user, event: event, inboxID: $0) }
            }
        }
        tally.count("held events seen", by: open.count)
        guard let chosen = open.randomElement(using: &random) else { return try await resolveAmiss() }
        note("an operator lets delivery \(chosen.inboxID) about \(chosen.event.program) of \(chosen.user) count")
        let snapshots = try await service.resolveHeldEvent(inboxID: chosen.inboxID, operatorID: "operator")
        let rivals = Set(
            disputed(chosen.user).filter {
                $0.program == chosen.event.program && $0.stampMicros == chosen.event.stampMicros
                    && $0.saying != chosen.event.saying
            })
        discarded[chosen.user, default: []].formUnion(rivals)
        confirmedWords[chosen.user, default: []].insert(chosen.event)
        for card in world.cards.indices
        where world.cards[card].sourceUser == chosen.user && world.cards[card].isRegistered {
            world.cards[card].preferences.confirm([chosen.event])
            world.cards[card].preferences.discard(rivals)
            world.noteVersion(card, effectiveMicros: service.clock.nowMicros)
            let version = world.cards[card].preferences.version
            guard snapshots.first(where: { $0.cardID == world.cards[card].id })?.version == version else {
                throw fault("the operator gets \(snapshots.map(\.version)), the reference says \(version)")
            }
        }
        tally.count("held events resolved")
        // What was discarded comes again, signed again: it is new, or may be a retry.
        let retried = deliveries.last { $0.user == chosen.user && rivals.contains($0.event) }
        if let retried, random.chance(50) {
            try await compare()
            try await hearSignedAnew(retried)
            tally.count("discarded events signed again")
            return
        }
        if random.chance(30), !heldDeliveries().contains(chosen.inboxID) {
            try await expect(.wrongStatus, of: chosen.inboxID)
        }
    }

    /// Decisions about what nobody disputes.
    private func resolveAmiss() async throws {
        let settled = Set(inboxIDs.values).subtracting(heldDeliveries()).sorted()
        guard random.chance(80), let inboxID = settled.randomElement(using: &random) else {
            return try await expect(.unknownInboxEntry, of: 1_000_000)
        }
        try await expect(.wrongStatus, of: inboxID)
    }

    private func expect(_ reason: PreferencesError.Reason, of inboxID: Int64) async throws {
        note("an operator lets delivery \(inboxID) count, refused with \(reason.rawValue)")
        do {
            _ = try await service.resolveHeldEvent(inboxID: inboxID, operatorID: "operator")
        } catch let error as PreferencesError {
            guard error.reason == reason, error.outcome == .notApplied else { throw error }
            return tally.count("resolutions refused with \(reason.rawValue)")
        }
        throw fault("delivery \(inboxID) was resolved, and nothing disputes it")
    }
}
