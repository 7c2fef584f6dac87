/// Under which preference version a purchase is decided that clears although its authorisation was reversed.
///
/// The issuer declares it, once for all cards and, where it differs, by the cards' program.
package struct LateClearing: Sendable, Hashable {
    /// The rule for every card whose program has none of its own.
    package var rule: Attribution
    /// The rules by card program.
    package var byCardProgram: [String: Attribution]

    /// Makes the rules; by default the version that the authorisation pinned stays in force for it.
    package init(rule: Attribution = .authorization, byCardProgram: [String: Attribution] = [:]) {
        self.rule = rule
        self.byCardProgram = byCardProgram
    }

    /// The rule for a card of this program.
    package func rule(forCardProgram cardProgram: String) -> Attribution {
        byCardProgram.isEmpty ? rule : byCardProgram[cardProgram] ?? rule
    }
}
