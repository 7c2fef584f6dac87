import Issuance
import PostgreSQL
import Rewards
import Spending

/// Refunds, whole and in part, named and not, before their spend and after it, undone and attributed again.
extension History {
    func refundRequest(
        _ id: String, spend: String = "", card: Int, amount: Int64, merchant: String = "", category: String = "5411",
        authorizationID: String = ""
    ) -> RefundRequest {
        RefundRequest(
            refundID: id, spendID: spend, cardID: world.cards[card].id, currencyCode: "USD", amountMinor: amount,
            merchantCategoryCode: category, merchantName: merchant,
            occurredAt: PostgresTimestamp(microsecondsSinceEpoch: service.clock.nowMicros),
            authorizationID: authorizationID)
    }

    func refundSomething() async throws {
        guard let index = world.spends.indices.randomElement(using: &random) else { return try await spendSomething() }
        let spend = world.spends[index]
        let open = spend.amount - spend.refunded
        guard open > 0 else { return try await refundUnnamed() }
        if random.chance(12) { return try await refundBeforeItsSpend() }
        let id = "refund-\(number())"
        let amount = random.chance(35) ? open : random.number(1...open)
        let request = refundRequest(id, spend: spend.id, card: spend.card, amount: amount)
        note("refund \(id): \(amount) of the \(open) open of \(spend.id)")
        let answer = try await service.recordRefund(request)
        let difference = world.move(index, refundedBy: amount)
        world.refunds.append(
            .init(
                id: id, card: spend.card, amount: amount, named: spend.id, status: .applied, parts: [spend.id: amount]))
        sentRefunds[id] = request
        try check(answer.refund, [spend.id: difference])
        if answer.replayed { throw fault("I-5: the first answer to \(id) says that it is a repetition") }
        if world.spends[index].refunded == spend.amount { try checkNothingIsLeft(index) }
        tally.count("refunds")
        if amount < spend.amount { tally.count("refunds in part") }
        if world.releases[spend.id] != nil { tally.count("refunds of what was released") }
    }

    /// Holds what a refund says it took to what the reference says.
    func check(_ refund: RecordedRefund, _ expected: [String: NaiveSpend.Split]) throws {
        var found: [String: NaiveSpend.Split] = [:]
        for part in refund.parts {
            found[part.spendID, default: .init()].excluded = part.excludedMinor
            found[part.spendID, default: .init()].held = part.heldMinor
        }
        for clawback in refund.clawbacks where clawback.amountMinor != 0 || clawback.micro != 0 {
            // A program may give from its leg of the spend and from that of its release.
            let part = NaiveSpend.Part(amount: clawback.amountMinor, micro: clawback.micro)
            found[clawback.spendID, default: .init()] = (found[clawback.spendID] ?? .init()).plus(
                .init(legs: [clawback.programID: part]))
        }
        guard found == expected else {
            throw fault("I-4: \(refund.refundID) took \(found), the reference says \(expected)")
        }
    }

    /// A spend that is refunded to the last cent leaves nothing with anybody (I-4).
    private func checkNothingIsLeft(_ index: Int) throws {
        let spend = world.spends[index]
        let rest = spend.split(of: spend.amount - spend.refunded, world.quota)
        guard rest == NaiveSpend.Split() else { throw fault("I-4: \(spend.id) is refunded, and \(rest) is left") }
        tally.count("spends refunded in full")
    }

    func refundBeforeItsSpend() async throws {
        let card = registeredCard()
        let id = "refund-\(number())"
        let spend = "spend-\(number())"
        let amount = random.number(1...150)
        let request = refundRequest(id, spend: spend, card: card, amount: amount)
        note("refund \(id) of \(amount) of \(spend), which is not here yet")
        let answer = try await service.recordRefund(request)
        guard answer.refund.status == .waiting, answer.refund.clawbacks.isEmpty else {
            throw fault("\(id) is \(answer.refund.status), and its spend is not here")
        }
        world.refunds.append(.init(id: id, card: card, amount: amount, named: spend, status: .waiting))
        sentRefunds[id] = request
        promisedSpends.append((spend, card))
        tally.count("refunds before their spend")
    }

    /// Has the worker look for spends that have come.
    func sweepRefunds() async throws {
        note("waiting refunds look for their spends")
        _ = try await service.refundWorker.sweep()
        for place in world.refunds.indices {
            let refund = world.refunds[place]
            if refund.status == .held { settleLinked(place) }
            guard refund.status == .waiting else { continue }
            guard let named = refund.named, let index = world.spend(named) else { continue }
            guard refund.amount <= world.spends[index].amount - world.spends[index].refunded else {
                world.refunds[place].status = .held
                tally.count("refunds held")
                continue
            }
            _ = world.move(index, refundedBy: refund.amount)
            world.refunds[place].status = .applied
            world.refunds[place].parts = [named: refund.amount]
            tally.count("refunds that met their spend")
        }
    }

    /// Refunds that must change nothing: more than is left, the same id with another content, the same once more.
    func refundAmiss() async throws {
        switch random.number(0...2) {
        case 0:
            guard let spend = world.spends.randomElement(using: &random) else { return }
            let id = "refund-\(number())"
            note("refund \(id): more than is left of \(spend.id)")
            let request = refundRequest(
                id, spend: spend.id, card: spend.card, amount: spend.amount - spend.refunded + 1)
            try await expect(.refundExceedsSpend) { _ = try await self.service.recordRefund(request) }
            tally.count("refunds of too much")
        case 1:
            guard let id = sentRefunds.keys.sorted().randomElement(using: &random), var request = sentRefunds[id] else {
                return
            }
            note("refund \(id) with another amount")
            request.amountMinor += 1
            try await expect(.refundConflict) { _ = try await self.service.recordRefund(request) }
            tally.count("conflicting refunds")
        default:
            guard let id = sentRefunds.keys.sorted().randomElement(using: &random), let request = sentRefunds[id] else {
                return
            }
            note("refund \(id) again")
            let answer = try await service.recordRefund(request)
            let stands = world.refunds.first { $0.id == id }
            guard answer.replayed, answer.refund.status.rawValue == stands?.status.rawValue else {
                throw fault("I-5: the repetition of \(id) is \(answer.refund.status), replayed \(answer.replayed)")
            }
            tally.count("repeated refunds")
        }
    }

    private func expect(_ reason: SpendingError.Reason, _ call: () async throws -> Void) async throws {
        do {
            try await call()
        } catch let error as SpendingError {
            guard error.reason == reason, error.outcome == .notApplied else { throw error }
            return
        }
        throw fault("a call that had to be refused with \(reason.rawValue) was taken")
    }

    func undoSomething() async throws {
        if random.chance(30) { return try await reattribute() }
        let open = world.refunds.indices.filter { world.refunds[$0].status != .undone }
        guard let place = open.randomElement(using: &random) else { return try await refundSomething() }
        let refund = world.refunds[place]
        note("undo \(refund.id)")
        let answer = try await service.undoRefund(refund.id)
        let again = try await service.undoRefund(refund.id)
        guard answer.refund.status == .undone, !answer.replayed, again.replayed else {
            throw fault("I-5: undoing \(refund.id) is not repeatable")
        }
        for (spend, amount) in refund.parts {
            if let index = world.spend(spend) { _ = world.move(index, refundedBy: -amount) }
            if world.releases[spend] != nil { tally.count("undone refunds of what was released") }
        }
        world.reverseWriteOffs()
        world.refunds[place].status = .undone
        world.refunds[place].parts = [:]
        try check(answer.refund, [:])
        tally.count("refunds undone")
    }

    /// An operator moves a refund to another spend, or splits it between two.
    private func reattribute() async throws {
        let able = world.refunds.indices.filter { world.refunds[$0].status != .undone }
        guard let place = able.randomElement(using: &random) else { return try await refundSomething() }
        let refund = world.refunds[place]
        let room = world.spends.filter { $0.card == refund.card }.map { spend in
            (spend.id, spend.amount - spend.refunded + (refund.parts[spend.id] ?? 0))
        }
        guard let first = room.filter({ $0.1 > 0 }).randomElement(using: &random) else {
            return try await refundUnnamed()
        }
        var targets = [(first.0, min(first.1, refund.amount))]
        if targets[0].1 > 1, random.chance(40) { targets[0].1 -= 1 }
        let rest = refund.amount - targets[0].1
        if rest > 0 {
            guard let second = room.first(where: { $0.0 != first.0 && $0.1 >= rest }) else {
                return try await refundUnnamed()
            }
            targets.append((second.0, rest))
        }
        note("attribute \(refund.id) to \(targets.map { "\($0.1) of \($0.0)" }.joined(separator: ", "))")
        let answer = try await service.reattributeRefund(
            refund.id, to: targets.map { .init(spendID: $0.0, amountMinor: $0.1) })
        for (spend, amount) in refund.parts {
            if let index = world.spend(spend) { _ = world.move(index, refundedBy: -amount) }
        }
        for (spend, amount) in targets {
            if let index = world.spend(spend) { _ = world.move(index, refundedBy: amount) }
        }
        world.reverseWriteOffs()
        world.refunds[place].status = .applied
        world.refunds[place].parts = Dictionary(targets) { $0 + $1 }
        guard answer.refund.status == .applied else { throw fault("\(refund.id) is \(answer.refund.status)") }
        tally.count("refunds attributed again")
    }

    func writeOff() async throws {
        let issuances = try await issuances()
        let owing = world.positions.keys.filter { key in
            owed(key, issuances) > 0
        }.sorted { ($0.card, $0.program) < ($1.card, $1.program) }
        tally.count("debts seen", by: owing.count)
        guard let key = owing.randomElement(using: &random), random.chance(50) else { return try await sweepRefunds() }
        note("write off what \(world.cards[key.card].id) owes \(key.program)")
        // What a recovery adopted was earned by spends that the histories never lose.
        let request = WriteOffDebt.Request(
            cardID: world.cards[key.card].id, programID: key.program, reason: "the card was closed",
            requestID: "write-off-\(number())", lostSpendsAreSettled: true)
        do {
            _ = try await service.writeOffDebt(request, by: "operator")
        } catch let error as IssuanceError where error.outcome == .notApplied {
            // It rests on issuances that are not confirmed: planned ones are given back, the others may come to
            // nothing.
            guard owedForCertain(key, issuances) <= 0 else { throw fault("a debt was not written off: \(error)") }
            return
        }
        let debt = owedForCertain(key, try await self.issuances())
        world.positions[key, default: .init()].writtenOff += max(0, debt)
        tally.count("debts written off")
    }

    /// What a position owes: what its live issuances have beyond what it earned.
    private func owedForCertain(_ key: NaiveWorld.PositionKey, _ issuances: [Issuance]) -> Int64 {
        owed(key, issuances.filter { $0.status == "confirmed" })
    }

    private func owed(_ key: NaiveWorld.PositionKey, _ issuances: [Issuance]) -> Int64 {
        let live = issuances.filter { $0.card == key.card && $0.program == key.program && !$0.isReturned }
        return live.reduce(0) { $0 + $1.quantity } - (world.positions[key]?.balance ?? 0)
    }
}
