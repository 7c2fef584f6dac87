import Preferences
import Rewards

/// Connection events of one stamp that disagree, until an operator decides between them.
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
                var unheard = NaivePreferences(echoMicros: House.echoSeconds * 1_000_000)
                unheard.hear(heard(user))
                unheard.discard(discarded[user] ?? [])
                all.formUnion(unheard.disputed(program))
            } else {
                for card in cards { all.formUnion(card.preferences.disputed(program)) }
            }
        }
        return all.sorted {
            ($0.program, $0.stampMicros, $0.saying, $0.card ?? -1) < (
                $1.program, $1.stampMicros, $1.saying, $1.card ?? -1
            )
        }
    }

    /// The deliveries that are shown as held; worked out again only when something was heard or decided.
    func heldDeliveries() -> Set<Int64> {
        let heard = [
            events.count, world.cards.count(where: \.isRegistered), discarded.values.reduce(0) { $0 + $1.count },
        ]
        if let known = held, known.heard == heard { return known.ids }
        var ids: Set<Int64> = []
        for user in Set(events.map(\.user)) {
            ids.formUnion(disputed(user).compactMap { inboxIDs[UserEvent(user: user, event: $0)] })
        }
        held = (heard, ids)
        return ids
    }

    func resolveHeld() async throws {
        let users = Set(world.cards.filter(\.isRegistered).map(\.sourceUser)).sorted()
        let open = users.flatMap { user in
            disputed(user).compactMap { event in
                inboxIDs[UserEvent(user: user, event: event)].map { (user: user, event: event, inboxID: $0) }
            }
        }
        tally.count("held events seen", by: open.count)
        guard let chosen = open.randomElement(using: &random) else { return try await resolveAmiss() }
        note("an operator lets delivery \(chosen.inboxID) about \(chosen.event.program) of \(chosen.user) stand")
        let snapshots = try await house.resolveHeldEvent(inboxID: chosen.inboxID, operatorID: "operator")
        let rivals = Set(
            disputed(chosen.user).filter {
                $0.program == chosen.event.program && $0.stampMicros == chosen.event.stampMicros
                    && $0.saying != chosen.event.saying
            })
        discarded[chosen.user, default: []].formUnion(rivals)
        for card in world.cards.indices
        where world.cards[card].sourceUser == chosen.user && world.cards[card].isRegistered {
            world.cards[card].preferences.discard(rivals)
            world.noteVersion(card, effectiveMicros: house.clock.nowMicros)
            let version = world.cards[card].preferences.version
            guard snapshots.first(where: { $0.cardID == world.cards[card].id })?.version == version else {
                throw fault("the operator is told of \(snapshots.map(\.version)), the reference says \(version)")
            }
        }
        tally.count("held events resolved")
        // A retry of what was discarded, signed anew, must not undo the decision.
        let retried = deliveries.last { $0.user == chosen.user && rivals.contains($0.event) }
        if let retried, random.chance(50) {
            try await compare()
            try await hearSignedAnew(retried)
            tally.count("discarded events signed anew")
            return
        }
        if random.chance(30) { try await expect(.wrongStatus, of: chosen.inboxID) }
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
        note("an operator lets delivery \(inboxID) stand, refused with \(reason.rawValue)")
        do {
            _ = try await house.resolveHeldEvent(inboxID: inboxID, operatorID: "operator")
        } catch let error as PreferencesError {
            guard error.reason == reason, error.outcome == .notApplied else { throw error }
            return tally.count("resolutions refused with \(reason.rawValue)")
        }
        throw fault("delivery \(inboxID) was resolved, and nothing disputes it")
    }
}
