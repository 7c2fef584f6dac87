/// Which spends a refund is of that names none, with all that was considered.
///
/// **Guarantees** The same clues, candidates and policy give the same attribution, whatever order the candidates come
/// in. The parts sum to the refund, none is above what its spend has open, and a spend has one part at most.
public struct RefundAttribution: Sendable, Hashable {
    /// How much of the refund one spend bears.
    public struct Part: Sendable, Hashable {
        /// The spend.
        public let spendID: String
        /// In minor units, above zero.
        public let amountMinor: Int64
    }

    /// Why no rule attributes the refund.
    public enum HoldReason: String, Sendable, Hashable, CaseIterable {
        /// The spends of the authorisation it names are not open enough.
        case linkNotOpenEnough = "REFUND_LINK_NOT_OPEN_ENOUGH"
        /// Nothing of the authorisation it names has cleared.
        case linkNotCleared = "REFUND_LINK_NOT_CLEARED"
        /// No authorisation has the id it names.
        case linkUnknown = "REFUND_LINK_UNKNOWN"
        /// The authorisation it names is another card's.
        case linkOfAnotherCard = "REFUND_LINK_OF_ANOTHER_CARD"
        /// All rules were tried and none finds enough that is open.
        case fitsNoSpend = "REFUND_FITS_NO_SPEND"

        /// Those of a refund that names an authorisation: it is taken as soon as enough of that has cleared and is
        /// open.
        public static let ofLinks: [HoldReason] = [
            .linkNotOpenEnough, .linkNotCleared, .linkUnknown, .linkOfAnotherCard,
        ]
    }

    /// What is known of the authorisation that a refund names.
    public enum NamedAuthorization: Sendable, Hashable {
        /// It is the card's.
        case ofCard
        /// It is another card's.
        case ofAnotherCard
        /// There is none of that id.
        case unknown
    }

    /// One rule's try.
    public struct Trial: Sendable, Hashable {
        /// The rule.
        public let rule: AttributionRule
        /// By what the candidates were found.
        public let basis: Basis
        /// The spends the rule could take, in the order it takes them.
        public let candidates: [Candidate]
        /// How many other spends the rule left out, by the first thing that spoke against each.
        public let leftOut: [LeftOut: Int]
        /// What came of it.
        public let outcome: Outcome
    }

    /// By what a rule finds its candidates.
    public enum Basis: String, Sendable, Hashable {
        /// The authorisation.
        case authorization = "AUTHORIZATION"
        /// The merchant's name; the category code where a name is unknown.
        case merchant = "MERCHANT"
        /// The merchant category code.
        case category = "CATEGORY"
        /// Being open.
        case open = "OPEN"
    }

    /// A spend that a rule could take.
    public struct Candidate: Sendable, Hashable {
        /// The spend.
        public let spendID: String
        /// What was open on it, in minor units.
        public let openMinor: Int64
        /// What the rule takes of it, in minor units; zero when it takes nothing.
        public let chosenMinor: Int64
    }

    /// What speaks against a spend.
    public enum LeftOut: String, Sendable, Hashable, CaseIterable {
        /// All of it is refunded.
        case nothingOpen = "NOTHING_OPEN"
        /// It cleared another authorisation, or none.
        case otherAuthorization = "OTHER_AUTHORIZATION"
        /// It happened after the refund.
        case afterRefund = "AFTER_REFUND"
        /// It happened before the window.
        case beforeWindow = "BEFORE_WINDOW"
        /// It was at another merchant, or in another category where that is the basis.
        case otherMerchant = "OTHER_MERCHANT"
        /// Its amount is another, or a part of it is refunded.
        case otherAmount = "OTHER_AMOUNT"
    }

    /// What comes of a rule.
    public enum Outcome: String, Sendable, Hashable {
        /// It attributes the refund.
        case chosen = "CHOSEN"
        /// It finds no spend.
        case noCandidate = "NO_CANDIDATE"
        /// What it finds has less open than the refund.
        case notOpenEnough = "NOT_OPEN_ENOUGH"
    }

    /// The rule that chose; nil when the refund is held.
    public let rule: AttributionRule?
    /// The spends with their parts, in the order the rule takes them; empty when held.
    public let parts: [Part]
    /// Why it is held; nil when a rule chose.
    public let holdReason: HoldReason?
    /// Every try, up to the one that chose.
    public let trials: [Trial]

    /// Attributes a refund.
    ///
    /// - Parameters:
    ///   - clues: what is known of the refund; an amount of zero or less fits no spend.
    ///   - candidates: the card's spends, in any order, each once.
    ///   - policy: the rules and the window.
    ///   - authorization: what is known of the authorisation that the refund names; it says why the refund is held when
    ///     none of the candidates cleared it.
    /// **Guarantees** A refund that names an authorisation is of its clearings or held; no other rule guesses, wherever
    /// the link comes among the rules. A policy without the link does not look at authorisations at all.
    /// **Cost** For each rule one pass over the candidates and a sort of those it may take.
    public init(
        _ clues: RefundClues, candidates: [OpenSpend], policy: AttributionPolicy = .standard,
        authorization: NamedAuthorization = .ofCard
    ) {
        let search = AttributionSearch(clues, candidates, policy)
        var trials: [Trial] = []
        for (rule, basis) in search.tries {
            let trial = search.trial(rule, basis)
            trials.append(trial)
            if trial.outcome == .chosen {
                self.rule = rule
                self.parts = trial.candidates.filter { $0.chosenMinor > 0 }.map {
                    Part(spendID: $0.spendID, amountMinor: $0.chosenMinor)
                }
                self.holdReason = nil
                self.trials = trials
                return
            }
        }
        self.rule = nil
        self.parts = []
        self.holdReason = search.holdReason(authorization)
        self.trials = trials
    }
}

extension RefundAttribution {
    /// The most spends that one rule's list names; the rest is counted.
    public static let listedCandidatesMax = 100

    /// What was considered, rule by rule, as JSON: what is stored with the refund and shown to operators.
    ///
    /// An array with an object for each try: `rule`, `basis`, `outcome`, `candidates` (`spend`, `open`, `chosen`),
    /// `candidateCount` and `leftOut` (counts by what spoke against). Spends that are chosen are always named; of the
    /// others the first ``listedCandidatesMax`` are.
    public var document: JSONValue { .array(trials.map(\.document)) }
}

extension RefundAttribution.Trial {
    fileprivate var document: JSONValue {
        let listed = candidates.enumerated().filter { place, candidate in
            candidate.chosenMinor > 0 || place < RefundAttribution.listedCandidatesMax
        }
        let counts = leftOut.map { JSONObject.Member($0.key.rawValue, .number(String($0.value))) }
        return [
            "rule": .string(rule.rawValue),
            "basis": .string(basis.rawValue),
            "outcome": .string(outcome.rawValue),
            "candidateCount": .number(String(candidates.count)),
            "candidates": .array(
                listed.map { _, candidate in
                    [
                        "spend": .string(candidate.spendID), "open": .number(String(candidate.openMinor)),
                        "chosen": .number(String(candidate.chosenMinor)),
                    ]
                }),
            "leftOut": JSONObject(counts).map(JSONValue.object) ?? .null,
        ]
    }
}
