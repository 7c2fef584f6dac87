import PostgreSQL
import Rewards
import Spending

/// Purchases that are previewed, and recorded with the token while what it pins may drift.
extension History {
    /// A preview that was given out, with what the reference says it rests on.
    struct HeldPreview {
        let request: SpendRequest
        let card: Int
        let preview: SpendPreview
        let occurredMicros: Int64
        let expiresMicros: Int64
        let terms: Terms
        let runningBefore: Int64
        let pins: [String: Pin]
    }

    /// Who decides a leg, and on which month.
    struct Pin: Equatable {
        let configuration: Int64?
        let month: Month?
    }

    /// What recording with a token must come to.
    private enum Fate {
        case asPreviewed
        case repeated
        case expired
        /// Refused, naming all of the first and at most the second beside them.
        case changed(Set<PreviewChange>, orAlso: Set<PreviewChange>)
    }

    func previewSomething() async throws {
        let known = sentSpends.keys.sorted()
        if random.chance(8), let id = known.randomElement(using: &random), let sent = sentSpends[id] {
            return try await previewAgain(sent)
        }
        let card = registeredCard()
        let cleared = world.authorizations.filter { $0.card == card }.randomElement(using: &random)
        var request = request(
            "spend-\(number())", card: card, amount: amount(),
            authorizationID: random.chance(40) ? cleared?.id ?? "" : "")
        if random.chance(40) { request.occurredAt = nil }
        note("preview \(request.spendID) of \(request.amountMinor) by \(request.cardID) \(request.authorizationID)")
        let preview = try await service.previewSpend(request)
        let now = service.clock.nowMicros
        let occurred = request.occurredAt?.microsecondsSinceEpoch ?? now
        let terms = terms(card, authorizationID: request.authorizationID, occurredMicros: occurred)
        // What would be, and is not: the reference records it in a copy.
        var foreseen = world
        let split = foreseen.record(
            request, card: card, occurredMicros: occurred, recordedMicros: service.clock.nowMicros, terms)
        try hold(preview.decision, preview.attribution, to: split, of: request, card: card, terms)
        let pins = pins(ofLegs: preview.decision, card: card, occurredMicros: occurred)
        for leg in preview.decision.legs {
            let shown = Pin(
                configuration: leg.plugin?.configurationVersion,
                month: leg.periodTotals.map { Month(accepted: $0.acceptedMinor, earned: $0.earnedMicro) })
            guard shown == pins[leg.programID] else {
                throw fault("the preview of \(request.spendID) pins \(shown) for \(leg.programID), not \(pins)")
            }
        }
        guard preview.expiresAt.microsecondsSinceEpoch == now + ServiceUnderTest.previewSeconds * 1_000_000 else {
            throw fault("the preview of \(request.spendID) ends at \(preview.expiresAt)")
        }
        previews.append(
            HeldPreview(
                request: request, card: card, preview: preview, occurredMicros: occurred,
                expiresMicros: now + ServiceUnderTest.previewSeconds * 1_000_000, terms: terms,
                runningBefore: world.cards[card].totals[terms.weights] ?? 0, pins: pins))
        tally.count("previews")
    }

    /// The preview of a spend that is there shows what was decided.
    private func previewAgain(_ sent: SentSpend) async throws {
        note("preview \(sent.request.spendID), which is recorded")
        let preview = try await service.previewSpend(sent.request)
        guard preview.decision == sent.answer.decision, preview.attribution == sent.answer.attribution else {
            throw fault("I-5: the preview of \(sent.request.spendID) is not what was recorded")
        }
        let answer = try await service.recordSpend.record(sent.request, previewToken: preview.token)
        guard answer.replayed, answer.recorded.decision == sent.answer.decision else {
            throw fault("I-5: \(sent.request.spendID) with the token of its repetition has another answer")
        }
        tally.count("previews of recorded spends")
    }

    private func pins(ofLegs decision: Decision, card: Int, occurredMicros: Int64) -> [String: Pin] {
        let month = NaiveWorld.month(occurredMicros)
        return Dictionary(
            decision.legs.map { leg in
                let key = NaiveWorld.MonthKey(card: card, program: leg.programID, month: month)
                let isMonthly = world.plugins[leg.programID]?.isMonthly ?? false
                return (
                    leg.programID,
                    Pin(
                        configuration: world.configurationNumbers[leg.programID],
                        month: isMonthly ? world.months[key] ?? Month() : nil)
                )
            }
        ) { first, _ in first }
    }

    func recordPreviewed() async throws {
        let place = random.chance(50) ? previews.indices.last : previews.indices.randomElement(using: &random)
        guard let place else { return try await previewSomething() }
        let held = previews[place]
        if random.chance(12) { return try await recordAmiss(held) }
        if random.chance(12), sentSpends[held.request.spendID] == nil { return try await recordUnbound(held) }
        // Some are used again, whatever becomes of them now.
        if random.chance(75) { previews.remove(at: place) }
        let fate = fate(of: held)
        note("record \(held.request.spendID) of \(held.request.amountMinor) as previewed: \(fate)")
        do {
            let answer = try await service.recordSpend.record(held.request, previewToken: held.preview.token)
            guard answer.recorded.decision == held.preview.decision else {
                throw fault("\(held.request.spendID) was not recorded as previewed")
            }
            switch fate {
            case .asPreviewed:
                try check(answer, held.request, card: held.card, occurredMicros: held.occurredMicros, held.terms)
                tally.count("spends as previewed")
            case .repeated:
                guard answer.replayed else { throw fault("I-5: \(held.request.spendID) was recorded twice") }
                tally.count("repeated spends as previewed")
            case .expired, .changed:
                throw fault("\(held.request.spendID) was recorded, and it should be: \(fate)")
            }
        } catch let error as SpendingError {
            try hold(error, to: fate, held)
        }
    }

    private func hold(_ error: SpendingError, to fate: Fate, _ held: HeldPreview) throws {
        let changes = Set(error.previewChanges)
        switch fate {
        case .expired where error.reason == .previewExpired && error.outcome == .notApplied:
            tally.count("previews expired")
        case .changed(let named, let others)
        where error.reason == .previewChanged && named.isSubset(of: changes)
            && changes.isSubset(of: named.union(others)) && !changes.isEmpty
            && error.outcome == (changes.contains(.recordedOtherwise) ? .applied : .notApplied):
            for change in changes { tally.count("previews drifted by \(change.rawValue)") }
        default:
            throw fault("\(held.request.spendID) with its token should be: \(fate), and is: \(error)")
        }
    }

    private func fate(of held: HeldPreview) -> Fate {
        if let sent = sentSpends[held.request.spendID] {
            let isSame =
                sent.answer.decision == held.preview.decision && sent.answer.attribution == held.preview.attribution
            return isSame ? .repeated : .changed([.recordedOtherwise], orAlso: [])
        }
        guard service.clock.nowMicros < held.expiresMicros else { return .expired }
        let (then, now) = (
            held.terms,
            terms(held.card, authorizationID: held.request.authorizationID, occurredMicros: held.occurredMicros)
        )
        var named: Set<PreviewChange> = now.rule == then.rule ? [] : [.authorization]
        guard now.version == then.version else {
            return .changed(named.isEmpty ? [.preference] : named, orAlso: [])
        }
        var others: Set<PreviewChange> = []
        let runningNow = world.cards[held.card].totals[now.weights] ?? 0
        if runningNow != held.runningBefore { named.insert(.earlierSpend) }
        let parts = now.shares.map(\.parts)
        let first = parts.isEmpty ? [] : world.quota.shares(parts, after: runningNow, amount: held.request.amountMinor)
        let pinsNow = pins(ofLegs: held.preview.decision, card: held.card, occurredMicros: held.occurredMicros)
        for (program, pin) in held.pins where pinsNow[program] != pin {
            let change: PreviewChange =
                pinsNow[program]?.configuration == pin.configuration ? .periodTotal : .pluginConfiguration
            // Who is asked only about what others refuse may not be asked this time.
            let isAskedFirst = now.shares.firstIndex { $0.program == program }.map { first[$0] > 0 } ?? false
            if isAskedFirst { named.insert(change) } else { others.formUnion([change, .pluginConfiguration]) }
        }
        return named.isEmpty && others.isEmpty ? .asPreviewed : .changed(named, orAlso: others)
    }

    /// Tokens that must change nothing: a damaged one, and that of a spend with another content.
    private func recordAmiss(_ held: HeldPreview) async throws {
        var (request, token, reason) = (held.request, held.preview.token, SpendingError.Reason.badPreviewToken)
        if random.chance(50) {
            let place = token.index(token.startIndex, offsetBy: Int(random.number(0...Int64(token.count - 1))))
            token.replaceSubrange(place...place, with: token[place] == "x" ? "y" : "x")
        } else {
            request.amountMinor += 1
            reason = .previewOfAnotherSpend
        }
        note("record \(request.spendID) with a token that is refused: \(reason.rawValue)")
        do {
            _ = try await service.recordSpend.record(request, previewToken: token)
            throw fault("\(request.spendID) was recorded with a token that is none of its own")
        } catch let error as SpendingError {
            guard error.reason == reason, error.outcome == .notApplied else { throw error }
        }
        tally.count("tokens refused with \(reason.rawValue)")
    }

    /// The previewed spend comes without its token.
    private func recordUnbound(_ held: HeldPreview) async throws {
        let occurred = held.request.occurredAt?.microsecondsSinceEpoch ?? service.clock.nowMicros
        note("record \(held.request.spendID) of \(held.request.amountMinor), previewed, without its token")
        let answer = try await service.recordSpend.record(held.request)
        let terms = terms(held.card, authorizationID: held.request.authorizationID, occurredMicros: occurred)
        try check(answer, held.request, card: held.card, occurredMicros: occurred, terms)
        tally.count("previewed spends without token")
    }
}
