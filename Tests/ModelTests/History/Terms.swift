import PostgreSQL
import Rewards
import Spending

extension History {
    /// Under which version a spend is decided, and why under that one.
    struct Terms: Equatable {
        let rule: Attribution
        let version: Int64
        let shares: [NaiveSpend.Share]

        /// The canonical text of the shares.
        var weights: String { shares.map { "\($0.program):\($0.parts)" }.joined(separator: ",") }
    }

    /// The terms of a spend that comes now: of what it clears, or of the preference in force.
    func terms(_ card: Int, authorizationID: String, occurredMicros: Int64) -> Terms {
        let facts = world.cards[card]
        guard let authorization = world.authorizations.first(where: { $0.id == authorizationID }) else {
            return Terms(rule: .latest, version: facts.preferences.version, shares: facts.preferences.shares)
        }
        let rule: Attribution =
            authorization.isOpen
            ? .authorization : ServiceUnderTest.lateClearing.rule(forCardProgram: facts.cardProgram)
        switch rule {
        case .authorization:
            return Terms(rule: rule, version: authorization.version, shares: authorization.shares)
        case .latest:
            return Terms(rule: rule, version: facts.preferences.version, shares: facts.preferences.shares)
        case .clearing:
            let begun = facts.versions.filter { $0.effectiveMicros <= occurredMicros }
            let latest = begun.map(\.effectiveMicros).max()
            let version = begun.last { $0.effectiveMicros == latest }
            return Terms(rule: rule, version: version?.version ?? 0, shares: version?.shares ?? [])
        }
    }
}

extension NaiveWorld {
    /// Records a request under its terms and returns its split.
    mutating func record(
        _ request: SpendRequest, card: Int, occurredMicros: Int64, recordedMicros: Int64, _ terms: History.Terms
    ) -> NaiveSpend.Split {
        record(
            request.spendID, card: card, amount: request.amountMinor, merchant: request.merchantName,
            category: request.merchantCategoryCode, occurredMicros: occurredMicros, version: terms.version,
            shares: terms.shares, authorization: request.authorizationID, recordedMicros: recordedMicros)
    }
}
