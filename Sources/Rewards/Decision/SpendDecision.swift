/// The pure decision about one spend: apportion, ask each program's plugin, offer on what is refused, put the rest aside.
///
/// 1. The amount is apportioned on the card's running total (I-3); the certificate records it.
/// 2. Each program's plugin is asked about its share.
/// 3. What a program refuses is offered to the programs that have refused nothing, each unit as ``Settlement`` describes,
///    and they are asked again about their larger share, until nothing is left or nobody is left.
/// 4. What nobody takes goes where the fallback policy says.
///
/// A plugin that fails parks its leg with the program's first share: it is neither offered on nor added to.
///
/// **Guarantees** Legs, excluded and held sum to the amount whatever the plugins answer (I-1). Equal requests and plugins
/// give equal decisions. When plugins keep their contract, a smaller amount's legs are never above a larger one's (I-4).
/// **Cost** One plugin call for each program when nothing is refused; at most programs × (programs + 1).
public enum SpendDecision {
    /// Decides one spend.
    ///
    /// - Parameters:
    ///   - request: what is decided on.
    ///   - tables: the apportionment tables in use.
    ///   - evaluate: asks the program's plugin; a throw parks the leg.
    /// **Errors** ``DecisionError``; then there is nothing to apply.
    public static func decide(
        _ request: DecisionRequest, tables: ApportionmentCache,
        evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws(DecisionError) -> Decision {
        let amount = request.input.amount.minorUnits
        guard amount > 0 else { throw .amountNotPositive }
        guard request.runningTotal >= 0 else { throw .runningTotalNegative }
        guard !request.weights.isEmpty else { return withoutLinks(request) }
        let (totalAfter, overflow) = request.runningTotal.addingReportingOverflow(amount)
        guard !overflow else { throw .runningTotalOverflow }
        let table = tables.table(reducedParts: request.weights.parts)
        let shares: [Int64]
        do {
            shares = try table.legs(runningTotal: request.runningTotal, amount: amount)
        } catch {
            // The sum was proven to fit above.
            throw .runningTotalOverflow
        }
        let certificate = Certificate(
            weights: request.weights, totalBefore: request.runningTotal, totalAfter: totalAfter, shares: shares)

        var legs: [Leg] = []
        legs.reserveCapacity(shares.count)
        for (index, share) in shares.enumerated() where share > 0 {
            let offer = request.offer(share, toProgramAt: index)
            let outcome = Inquiry.outcome(of: offer, evaluate)
            if case .success(let answer) = outcome, answer.acceptedMinor == share, answer.earning.micro >= 0 {
                legs.append(Leg(offer, answer))
                continue
            }
            // Something is refused or has failed: from here on the amounts have to be settled.
            var inquiry = Inquiry(request: request, shares: shares, accepted: legs)
            inquiry.record(outcome, of: offer)
            let remainder = settle(&inquiry, table, tables, evaluate)
            return decision(request, certificate, inquiry.legs(), remainder: remainder)
        }
        return decision(request, certificate, legs, remainder: 0)
    }

    /// Asks and settles until no answer is news; returns what nobody takes.
    private static func settle(
        _ inquiry: inout Inquiry, _ table: Apportionment, _ tables: ApportionmentCache,
        _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Int64 {
        let request = inquiry.request
        let settlement = Settlement(
            table: table, parts: request.weights.parts, runningTotal: request.runningTotal,
            amount: request.input.amount.minorUnits, tables: tables)
        inquiry.ask(inquiry.shares, closed: nil, evaluate)
        var outcome: Settlement.Outcome
        repeat {
            outcome = settlement.settle(capacities: inquiry.capacities, parked: inquiry.parked)
        } while inquiry.ask(outcome.legs, closed: outcome.closed, evaluate)
        return outcome.remainder
    }

    private static func decision(
        _ request: DecisionRequest, _ certificate: Certificate, _ legs: [Leg], remainder: Int64
    ) -> Decision {
        let held = request.fallback.refused == .hold ? remainder : 0
        return Decision(
            input: request.input, preferenceVersion: request.preferenceVersion, fallback: request.fallback,
            certificate: certificate, legs: legs, excludedMinor: remainder - held, heldMinor: held,
            remainderRule: remainder > 0 ? .refusedByAll : nil)
    }

    private static func withoutLinks(_ request: DecisionRequest) -> Decision {
        let amount = request.input.amount.minorUnits
        let held = request.fallback.noLinks == .hold ? amount : 0
        return Decision(
            input: request.input, preferenceVersion: request.preferenceVersion, fallback: request.fallback,
            certificate: Certificate(
                weights: .empty, totalBefore: request.runningTotal, totalAfter: request.runningTotal, shares: []),
            legs: [], excludedMinor: amount - held, heldMinor: held, remainderRule: .noLinks)
    }
}
