/// The pure decision about one spend: apportion, ask each program's plugin, offer on what is refused, put the rest
/// aside.
///
/// 1. Fixed parts that plugins ask for are carved out, and the rest is apportioned on the card's running total (I-3);
///    the certificate records both.
/// 2. Each program's plugin is asked about its fixed part and its share together.
/// 3. What a program refuses is offered to the programs that have refused nothing, each unit as ``Settlement``
///    describes, and they are asked again about their larger share, until nothing is left or nobody is left.
/// 4. What no linked program takes goes where the fallback policy says: it is held, excluded, or offered to the
///    issuer's own program, as ``Remainder`` describes.
///
/// A plugin that fails parks its leg with what the program was offered first: it is neither offered on nor added to.
///
/// **Guarantees** Legs, excluded and held sum to the amount whatever the plugins answer (I-1). Equal requests and
/// plugins give equal decisions. When plugins keep their contract, a smaller amount's legs are never above a larger
/// one's (I-4).
/// **Cost** One plugin call for each program when nothing is refused; at most programs × (programs + 1). Beside them
/// one question about a fixed part for each program.
public enum SpendDecision {
    /// Decides one spend.
    ///
    /// - Parameters:
    ///   - request: what is decided on.
    ///   - tables: the apportionment tables in use.
    ///   - fixedPart: asks the program's plugin how much of a whole spend it wants ahead of the split; more than there
    ///     is means all there is. A throw parks the leg.
    ///   - evaluate: asks the program's plugin; a throw parks the leg.
    /// **Errors** ``DecisionError``; then there is nothing to apply.
    public static func decide(
        _ request: DecisionRequest, tables: ApportionmentCache,
        fixedPart: (_ programID: String, _ wholeMinor: Int64) throws(LegFault) -> Int64 = { _, _ in 0 },
        evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws(DecisionError) -> Decision {
        let amount = request.input.purchase.amount.minorUnits
        guard amount > 0 else { throw .amountNotPositive }
        guard request.runningTotal >= 0 else { throw .runningTotalNegative }
        guard !request.weights.isEmpty else { return withoutLinks(request, evaluate) }
        let fixed = FixedParts(request, ask: fixedPart)
        let apportioned = amount - fixed.sum
        let (totalAfter, overflow) = request.runningTotal.addingReportingOverflow(apportioned)
        guard !overflow else { throw .runningTotalOverflow }
        let table = tables.table(reducedParts: request.weights.parts)
        let shares: [Int64]
        do {
            shares = try table.legs(runningTotal: request.runningTotal, amount: apportioned)
        } catch {
            // The sum was proven to fit above.
            throw .runningTotalOverflow
        }
        let certificate = Certificate(
            weights: request.weights, totalBefore: request.runningTotal, totalAfter: totalAfter, shares: shares,
            fixed: fixed.minor)
        let offers = fixed.offers(shares)
        func answer(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
            if let fault = fixed.faults[offer.programIndex] { throw fault }
            return try evaluate(offer)
        }

        var legs: [Leg] = []
        legs.reserveCapacity(offers.count)
        for (index, offered) in offers.enumerated() where offered > 0 {
            let offer = request.offer(offered, toProgramAt: index)
            let outcome = Inquiry.outcome(of: offer, answer)
            if case .success(let answer) = outcome, answer.acceptedMinor == offered, answer.earning.micro >= 0 {
                legs.append(Leg(offer, answer))
                continue
            }
            // Something is refused or has failed: from here on the amounts have to be settled.
            var inquiry = Inquiry(request: request, firstOffers: offers, accepted: legs)
            inquiry.record(outcome, of: offer)
            let settlement = Settlement(
                table: table, parts: request.weights.parts, runningTotal: request.runningTotal, fixed: fixed.minor,
                amount: amount, tables: tables)
            let remainder = settle(&inquiry, settlement, answer)
            return decision(request, certificate, inquiry.legs(), Remainder(remainder, of: request, evaluate))
        }
        return decision(request, certificate, legs, Remainder(0, of: request, evaluate))
    }

    /// Asks and settles until no answer is news; returns what nobody takes.
    private static func settle(
        _ inquiry: inout Inquiry, _ settlement: Settlement, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Int64 {
        inquiry.ask(inquiry.firstOffers, closed: nil, evaluate)
        var outcome: Settlement.Outcome
        repeat {
            outcome = settlement.settle(capacities: inquiry.capacities, parked: inquiry.parked)
        } while inquiry.ask(outcome.legs, closed: outcome.closed, evaluate)
        return outcome.remainder
    }

    private static func decision(
        _ request: DecisionRequest, _ certificate: Certificate, _ legs: [Leg], _ remainder: Remainder
    ) -> Decision {
        Decision(
            input: request.input, preferenceVersion: request.preferenceVersion, fallback: request.fallback,
            certificate: certificate, legs: remainder.ownProgramLeg.map { legs + [$0] } ?? legs,
            excludedMinor: remainder.excludedMinor, heldMinor: remainder.heldMinor, remainderRule: remainder.rule)
    }

    private static func withoutLinks(
        _ request: DecisionRequest, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Decision {
        let certificate = Certificate(
            weights: .empty, totalBefore: request.runningTotal, totalAfter: request.runningTotal, shares: [])
        return decision(
            request, certificate, [], Remainder(request.input.purchase.amount.minorUnits, of: request, evaluate))
    }
}
