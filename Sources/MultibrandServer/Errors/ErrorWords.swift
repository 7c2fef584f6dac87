import Rewards

/// What people write in the table of errors about a reason; the code knows the rest.
struct ErrorWords: Sendable, Hashable {
    let meaning: String
    let remedy: String
    let outcomes: [EffectOutcome]
    let key: ErrorRow.Key

    init(
        _ meaning: String, _ remedy: String, outcomes: [EffectOutcome] = [.notApplied], key: ErrorRow.Key = .free
    ) {
        self.meaning = meaning
        self.remedy = remedy
        self.outcomes = outcomes
        self.key = key
    }

    /// By reason.
    static let all: [String: ErrorWords] = [
        ofRequests, ofPreferences, ofSpends, ofIssuance, ofWallet, ofService,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}
