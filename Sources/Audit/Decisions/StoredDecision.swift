/// The facts of a stored decision, read from its bytes by the audit's own reader.
struct StoredDecision {
    /// What a program was asked last, and what came of it.
    struct Leg {
        let programID: String
        let offeredMinor: Int64
        let amountMinor: Int64
        let isParked: Bool
        let unit: String?
        let earnedMicro: Int64
        let fault: String?
        let adjustments: [Adjustment]
        let plugin: Plugin?
        let periodTotals: PeriodSums?

        var refusedMinor: Int64 { offeredMinor - amountMinor }
    }

    struct Adjustment {
        let effect: String
        let reason: String
        let amountMinor: Int64
    }

    struct Plugin {
        let name: String
        let digest: String
        let configurationVersion: Int64
    }

    let cardID: String
    let spendID: String
    let amountMinor: Int64
    let currencyCode: String
    let merchantCategoryCode: String
    let merchantName: String
    let merchantCountry: String
    let occurredAtMicros: Int64
    let preferenceVersion: Int64
    let weights: String
    let totalBefore: Int64
    let totalAfter: Int64
    let shares: [Int64]
    /// What was carved out before the rest was apportioned, program by program; empty for format 1 and where nothing
    /// was.
    let fixed: [Int64]
    let excludedMinor: Int64
    let heldMinor: Int64
    /// The issuer's own program, where a fallback is the wallet.
    let ownProgramID: String?
    let noLinksFallback: String
    let refusedFallback: String
    let remainderRule: String?
    let legs: [Leg]

    /// Why bytes are no decision.
    struct Unreadable: Error {
        let words: String
    }

    /// What was carved out, all together; may be any number, since nothing is checked yet.
    var fixedSum: Int128 { fixed.reduce(0) { $0 + Int128($1) } }

    /// What is left of a program's fixed part when only the first `amount` minor units of the spend are.
    func fixedMinor(at index: Int, ofFirst amount: Int128) -> Int128 {
        guard index < fixed.count else { return 0 }
        let offset = fixed[..<index].reduce(Int128(0)) { $0 + Int128($1) }
        return min(max(amount - offset, 0), Int128(fixed[index]))
    }

    /// What the policy says about what no linked program takes.
    var fallback: String { weights.isEmpty ? noLinksFallback : refusedFallback }

    /// Whether every program took all that it was offered first, or failed at once: then the legs are the shares.
    var isSplitAsApportioned: Bool {
        legs.allSatisfy { $0.offeredMinor == $0.amountMinor } && remainderRule == nil
    }
}
