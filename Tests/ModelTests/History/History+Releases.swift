import PostgreSQL
import Rewards
import Spending

/// What was held is decided once its card has a link, or expires: by the worker, cut short now and then, and by
/// operators.
extension History {
    func releaseSomething() async throws {
        switch random.number(0...9) {
        case 0..<6: try await sweepHeld()
        case 6..<8: try await sweepCutShort()
        default: try await releaseByOperator()
        }
    }

    /// What the worker would release of a card, oldest first.
    private func ready(_ card: Int) -> [Int] {
        guard service.releasing.releasesHeldByItself else { return [] }
        return waiting(card).filter { world.spends[$0].version < world.cards[card].preferences.version }
    }

    /// What a card with links still holds, oldest first; nothing for a card without.
    private func waiting(_ card: Int) -> [Int] {
        world.cards[card].preferences.shares.isEmpty ? [] : held(card)
    }

    private func held(_ card: Int) -> [Int] {
        world.spends.indices.filter { index in
            let spend = world.spends[index]
            return spend.card == card && world.releases[spend.id] == nil && world.whole[spend.id]?.held ?? 0 > 0
        }
    }

    private func release(_ index: Int) {
        let spend = world.spends[index]
        let preferences = world.cards[spend.card].preferences
        world.release(index, version: preferences.version, shares: preferences.shares)
        if spend.refunded > 0 { tally.count("releases after refunds") }
        if !spend.shares.isEmpty { tally.count("releases of what all refused") }
    }

    /// The worker looks at every card, to the end.
    func sweepHeld() async throws {
        note("what is held is looked at")
        let report = try await service.releaseWorker().sweep()
        var (released, expired) = (0, 0)
        for card in world.cards.indices where world.cards[card].isRegistered {
            let ready = ready(card)
            for index in ready { release(index) }
            released += ready.count
            if ready.isEmpty, world.cards[card].preferences.shares.isEmpty, world.cards[card].preferences.version > 0,
                !held(card).isEmpty
            {
                tally.count("sweeps that found a link gone")
            }
            guard let lifetime = service.releasing.heldLifetime?.components.seconds else { continue }
            for index in held(card)
            where world.spends[index].recordedMicros + lifetime * 1_000_000 <= service.clock.nowMicros {
                world.releases[world.spends[index].id] = .expired(version: world.cards[card].preferences.version)
                expired += 1
            }
        }
        guard report.released == released, report.expired == expired, report.obstacles.isEmpty else {
            throw fault("\(report) came of a sweep, not \(released) released and \(expired) expired")
        }
        tally.count("releases by a link", by: released)
        tally.count("expiries", by: expired)
    }

    /// The process ends behind the worker's first batch; what it left is decided by a later one.
    private func sweepCutShort() async throws {
        let first = world.cards.indices.first { world.cards[$0].isRegistered && !ready($0).isEmpty }
        guard let first, service.releasing.heldLifetime == nil else { return try await sweepHeld() }
        let batch = Int(random.number(1...2))
        note("what is held is looked at, and the process ends behind \(batch) spends")
        try await service.releaseOneBatch(of: batch)
        let done = ready(first).prefix(batch)
        for index in done { release(index) }
        tally.count("releases by a link", by: done.count)
        tally.count("releases cut short")
    }

    private func releaseByOperator() async throws {
        let card = registeredCard()
        note("an operator releases what \(world.cards[card].id) holds")
        let waiting = waiting(card)
        let report = try await service.releaseHeld(cardID: world.cards[card].id)
        for index in waiting { release(index) }
        guard report.released == waiting.count, report.obstacles.isEmpty else {
            throw fault("an operator released \(report), not \(waiting.count)")
        }
        tally.count("releases by an operator", by: waiting.count)
    }
}
