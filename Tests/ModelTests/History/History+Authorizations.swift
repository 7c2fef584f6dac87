import PostgreSQL
import Spending

/// Authorised purchases, their clearings in any number, and clearings that come after a reversal.
extension History {
    func authorize() async throws {
        let promised = random.chance(50) ? promisedAuthorizations.popLast() : nil
        let card = promised.flatMap { random.chance(80) ? $0.card : nil } ?? registeredCard()
        let id = promised?.id ?? "authorization-\(number())"
        let request = AuthorizationRequest(
            authorizationID: id, cardID: world.cards[card].id, currencyCode: "USD", amountMinor: amount(),
            merchantCategoryCode: "5411", merchantName: "Grocer")
        note("authorize \(id) of \(request.amountMinor) by \(request.cardID)")
        let answer = try await service.authorizeSpend(request)
        let again = try await service.authorizeSpend(request)
        let preferences = world.cards[card].preferences
        guard answer.authorization.preferenceVersion == preferences.version, !answer.replayed, again.replayed else {
            throw fault("\(id) pins version \(answer.authorization.preferenceVersion), not \(preferences.version)")
        }
        world.authorizations.append(
            .init(
                id: id, card: card, amount: request.amountMinor, version: preferences.version,
                shares: preferences.shares))
        tally.count("authorisations")
    }

    func clear() async throws {
        let awaited = world.authorizations.filter { authorization in
            world.refunds.contains { $0.status == .held && $0.link == authorization.id }
        }
        let chosen = random.chance(25) && !awaited.isEmpty ? awaited : world.authorizations
        guard let authorization = chosen.randomElement(using: &random) else { return try await authorize() }
        let id = "spend-\(number())"
        // Under, exactly and over what was authorised.
        let amounts = [max(1, authorization.amount / 2), authorization.amount, authorization.amount + 7]
        let request = request(
            id, card: authorization.card, amount: amounts.randomElement(using: &random) ?? 1,
            authorizationID: authorization.id)
        note("clear \(request.amountMinor) of \(authorization.id) as \(id)")
        let occurred = request.occurredAt?.microsecondsSinceEpoch ?? 0
        let terms = terms(authorization.card, authorizationID: authorization.id, occurredMicros: occurred)
        let answer = try await service.recordSpend.record(request)
        try check(answer, request, card: authorization.card, occurredMicros: occurred, terms)
        tally.count(authorization.isOpen ? "clearings" : "late clearings by \(terms.rule.rawValue)")
        let isAwaited = world.refunds.contains { $0.status == .held && $0.link == authorization.id }
        if isAwaited, random.chance(60) { try await sweepRefunds() }
    }

    func reverse() async throws {
        let open = world.authorizations.indices.filter { world.authorizations[$0].isOpen }
        // Those that a preview rests on are the more telling ones.
        let pinned = open.filter { index in
            previews.contains { $0.request.authorizationID == world.authorizations[index].id }
        }
        let chosen = random.chance(60) && !pinned.isEmpty ? pinned : open
        guard let index = chosen.randomElement(using: &random) else { return try await authorize() }
        note("reverse \(world.authorizations[index].id)")
        let answer = try await service.reverseAuthorization(world.authorizations[index].id)
        let again = try await service.reverseAuthorization(world.authorizations[index].id)
        guard !answer.replayed, again.replayed else { throw fault("I-5: a reversal is not repeatable") }
        world.authorizations[index].isOpen = false
        tally.count("reversals")
    }
}
