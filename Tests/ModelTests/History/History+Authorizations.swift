import PostgreSQL
import Spending

/// Authorised purchases, their clearings in any number, and clearings that come after a reversal.
extension History {
    func authorize() async throws {
        let card = registeredCard()
        let id = "authorization-\(number())"
        let request = AuthorizationRequest(
            authorizationID: id, cardID: world.cards[card].id, currencyCode: "USD", amountMinor: amount(),
            merchantCategoryCode: "5411", merchantName: "Grocer")
        note("authorize \(id) of \(request.amountMinor) by \(request.cardID)")
        let answer = try await house.authorizeSpend(request)
        let again = try await house.authorizeSpend(request)
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
        guard let authorization = world.authorizations.randomElement(using: &random) else {
            return try await authorize()
        }
        let card = world.cards[authorization.card]
        let id = "spend-\(number())"
        // Under, exactly and over what was authorised.
        let amounts = [max(1, authorization.amount / 2), authorization.amount, authorization.amount + 7]
        let request = request(
            id, card: authorization.card, amount: amounts.randomElement(using: &random) ?? 1,
            authorizationID: authorization.id)
        note("clear \(request.amountMinor) of \(authorization.id) as \(id)")
        let rule: Attribution =
            authorization.isOpen ? .authorization : House.lateClearing.rule(forCardProgram: card.cardProgram)
        let (version, shares): (Int64, [NaiveSpend.Share]) =
            switch rule {
            case .authorization: (authorization.version, authorization.shares)
            case .latest: (card.preferences.version, card.preferences.shares)
            case .clearing: valid(card, at: request.occurredAt?.microsecondsSinceEpoch ?? 0)
            }
        let answer = try await house.recordSpend.record(request)
        try check(
            answer, request, card: authorization.card, version: version, shares: shares, attribution: rule)
        tally.count(authorization.isOpen ? "clearings" : "late clearings by \(rule.rawValue)")
    }

    private func valid(_ card: NaiveWorld.Card, at micros: Int64) -> (Int64, [NaiveSpend.Share]) {
        let begun = card.versions.filter { $0.effectiveMicros <= micros }
        guard let latest = begun.map(\.effectiveMicros).max() else { return (0, []) }
        let version = begun.last { $0.effectiveMicros == latest }
        return (version?.version ?? 0, version?.shares ?? [])
    }

    func reverse() async throws {
        let open = world.authorizations.indices.filter { world.authorizations[$0].isOpen }
        guard let index = open.randomElement(using: &random) else { return try await authorize() }
        note("reverse \(world.authorizations[index].id)")
        let answer = try await house.reverseAuthorization(world.authorizations[index].id)
        let again = try await house.reverseAuthorization(world.authorizations[index].id)
        guard !answer.replayed, again.replayed else { throw fault("I-5: a reversal is not repeatable") }
        world.authorizations[index].isOpen = false
        tally.count("reversals")
    }
}
