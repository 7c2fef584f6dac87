import Rewards
import Spending

/// Refunds that name no spend: the reference walks through the ranked rules by itself.
extension History {
    func refundUnnamed() async throws {
        let card = registeredCard()
        let own = world.spends.filter { $0.card == card }
        guard let model = own.randomElement(using: &random) else { return try await spendSomething() }
        let id = "refund-\(number())"
        let open = own.reduce(0) { $0 + $1.amount - $1.refunded }
        let amount: Int64 =
            switch random.number(0...9) {
            case 0..<5: model.amount
            case 5..<8: random.number(1...400)
            // So much that it has to be taken from many.
            default: random.number(1...max(1, open))
            }
        let link = link(card)
        // Without a name the category decides who the merchant is.
        let merchant = random.chance(20) ? "" : model.merchant
        let request = refundRequest(
            id, card: card, amount: amount, merchant: merchant, category: model.category, authorizationID: link)
        note("refund \(id) of \(amount) by \(request.cardID) at \(merchant) \(model.category), naming no spend \(link)")
        let answer = try await service.recordRefund(request)
        sentRefunds[id] = request
        let linkOrNil = link.isEmpty ? nil : link
        guard let (rule, parts) = attribute(request, card: card) else {
            let reason = holdReason(request, card: card)
            guard answer.refund.status == .held, answer.refund.reason == reason else {
                throw fault(
                    "\(id) fits no spend and is \(answer.refund.status) \(answer.refund.reason ?? ""), not held "
                        + "\(reason)"
                )
            }
            world.refunds.append(
                .init(id: id, card: card, amount: amount, named: nil, link: linkOrNil, status: .held))
            tally.count("refunds held")
            tally.count("refunds held with \(reason)")
            return
        }
        guard answer.refund.rule == rule else {
            throw fault("\(id) was attributed by \(answer.refund.rule ?? "none"), the reference says \(rule)")
        }
        var taken: [String: NaiveSpend.Split] = [:]
        for (spend, part) in parts {
            if let index = world.spend(spend) { taken[spend] = world.move(index, refundedBy: part) }
        }
        try check(answer.refund, taken)
        world.refunds.append(
            .init(
                id: id, card: card, amount: amount, named: nil, link: linkOrNil, status: .applied,
                parts: Dictionary(parts) { $0 + $1 }))
        tally.count("refunds by \(rule)")
        if rule == "PRO_RATA", parts.count > 1 { tally.count("refunds in proportion over several spends") }
    }

    /// Often none; otherwise one that has cleared, one that may not have, another card's, or one that nobody knows yet.
    private func link(_ card: Int) -> String {
        let cleared = world.spends.filter { $0.card == card }.compactMap(\.authorization)
        switch random.number(0...19) {
        case 0..<5: return cleared.randomElement(using: &random) ?? ""
        case 5..<8: return world.authorizations.filter { $0.card == card }.randomElement(using: &random)?.id ?? ""
        case 8: return world.authorizations.filter { $0.card != card }.randomElement(using: &random)?.id ?? ""
        case 9:
            let id = "authorization-\(number())"
            promisedAuthorizations.append((id, card))
            return id
        default: return ""
        }
    }

    /// Why nothing takes it: by the authorisation it names, or because nothing is open enough.
    private func holdReason(_ request: RefundRequest, card: Int) -> String {
        let link = request.authorizationID
        if link.isEmpty { return "REFUND_FITS_NO_SPEND" }
        if world.spends.contains(where: { $0.authorization == link && $0.card == card }) {
            return "REFUND_LINK_NOT_OPEN_ENOUGH"
        }
        guard let authorization = world.authorizations.first(where: { $0.id == link }) else {
            return "REFUND_LINK_UNKNOWN"
        }
        return authorization.card == card ? "REFUND_LINK_NOT_CLEARED" : "REFUND_LINK_OF_ANOTHER_CARD"
    }

    /// Takes what was held for its authorisation, now that enough of that has cleared and is open.
    func settleLinked(_ place: Int) {
        let refund = world.refunds[place]
        guard refund.named == nil, let link = refund.link else { return }
        let linked = world.spends.filter { $0.card == refund.card && $0.authorization == link }
        guard let parts = oldestFirst(linked, refund.amount) else { return }
        for (spend, part) in parts {
            if let index = world.spend(spend) { _ = world.move(index, refundedBy: part) }
        }
        world.refunds[place].status = .applied
        world.refunds[place].parts = Dictionary(parts) { $0 + $1 }
        tally.count("refunds that met their clearing")
    }

    private func attribute(_ request: RefundRequest, card: Int) -> (rule: String, parts: [(String, Int64)])? {
        let amount = request.amountMinor
        let own = world.spends.filter { $0.card == card }
        let linked = own.filter { !request.authorizationID.isEmpty && $0.authorization == request.authorizationID }
        let policy = service.refundPolicy
        let now = service.clock.nowMicros
        let past = own.filter { spend in
            spend.occurredMicros <= now && now - spend.occurredMicros <= Int64(policy.windowDays) * 86_400_000_000
        }
        let same = past.filter { spend in
            request.merchantName.isEmpty
                ? spend.category == request.merchantCategoryCode : spend.merchant == request.merchantName
        }
        // A link binds: a refund that names an authorisation means that and nothing else.
        if !request.authorizationID.isEmpty {
            return oldestFirst(linked, amount).map { (AttributionRule.exactLink.rawValue, $0) }
        }
        for rule in policy.rules {
            let parts: [(String, Int64)]?
            switch rule {
            case .exactLink:
                parts = nil
            case .sameMerchantAndAmount:
                parts = oldestFirst(same.filter { $0.amount == amount && $0.refunded == 0 }, amount)
            case .firstInFirstOut:
                let category = past.filter { $0.category == request.merchantCategoryCode }
                parts = oldestFirst(same, amount) ?? oldestFirst(category, amount)
            case .proRata:
                parts = inProportion(past, amount)
            }
            if let parts { return (rule.rawValue, parts) }
        }
        return nil
    }

    private func inOrder(_ spends: [NaiveSpend]) -> [NaiveSpend] {
        spends.sorted { ($0.occurredMicros, $0.id) < ($1.occurredMicros, $1.id) }
    }

    private func oldestFirst(_ spends: [NaiveSpend], _ amount: Int64) -> [(String, Int64)]? {
        var rest = amount
        var parts: [(String, Int64)] = []
        for spend in inOrder(spends) {
            let part = min(rest, spend.amount - spend.refunded)
            if part > 0 { parts.append((spend.id, part)) }
            rest -= part
        }
        return rest == 0 ? parts : nil
    }

    /// Unit by unit to the one that is furthest behind its exact share, the oldest among equals.
    private func inProportion(_ spends: [NaiveSpend], _ amount: Int64) -> [(String, Int64)]? {
        let able = inOrder(spends.filter { $0.amount > $0.refunded })
        let open = able.map { $0.amount - $0.refunded }
        let whole = open.reduce(0, +)
        guard whole >= amount else { return nil }
        var parts = Array(repeating: Int64(0), count: able.count)
        for _ in 0..<amount {
            // What is behind, times the whole.
            let behind = able.indices.map { amount * open[$0] - parts[$0] * whole }
            if let furthest = behind.max().flatMap(behind.firstIndex(of:)) { parts[furthest] += 1 }
        }
        return zip(able, parts).filter { $1 > 0 }.map { ($0.id, $1) }
    }
}
