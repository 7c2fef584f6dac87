/// Which spends a refund is of that names none, with all that was considered.
///
/// **Guarantees** The same clues, candidates and policy give the same attribution, whatever order the candidates come in.
/// The parts sum to the refund, none is above what its spend has open, and a spend has one part at most.
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
        /// All rules were tried and none finds enough that is open.
        case fitsNoSpend = "REFUND_FITS_NO_SPEND"
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
    /// **Cost** For each rule one pass over the candidates and a sort of those it may take.
    public init(_ clues: RefundClues, candidates: [OpenSpend], policy: AttributionPolicy = .standard) {
        let search = AttributionSearch(clues, candidates, policy)
        var trials: [Trial] = []
        var holdReason = HoldReason.fitsNoSpend
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
            if rule == .exactLink, search.linkBinds {
                holdReason = .linkNotOpenEnough
                break
            }
        }
        self.rule = nil
        self.parts = []
        self.holdReason = holdReason
        self.trials = trials
    }
}
