/// Where the part of a spend goes that no linked program takes.
///
/// Under ``Fallback/wallet`` it is offered as one share to the issuer's own program, after the linked ones. That is
/// outside the weights, so the card's running total does not move. The remainder of a smaller amount is the beginning
/// of a larger one's (I-4), and so is what the own program takes of it. If the own program's plugin fails, its leg is
/// parked with the whole remainder, as for any program.
struct Remainder {
    /// The issuer's own leg; nil when it is not asked.
    let ownProgramLeg: Leg?
    /// What earns nothing for good, in minor units.
    let excludedMinor: Int64
    /// What waits for a link, in minor units.
    let heldMinor: Int64
    /// Why something is excluded or held; nil when nothing is.
    let rule: RemainderRule?

    /// - Parameter minor: what no linked program takes, in minor units.
    init(_ minor: Int64, of request: DecisionRequest, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer) {
        let weights = request.weights
        ownProgramLeg =
            minor > 0 && request.fallback.ownProgram(beside: weights) != nil
            ? Self.ownProgramLeg(request.offer(minor, toProgramAt: weights.count), evaluate) : nil
        let rest = minor - (ownProgramLeg?.amountMinor ?? 0)
        heldMinor = request.fallback.fallback(under: weights) == .hold ? rest : 0
        excludedMinor = rest - heldMinor
        rule = rest == 0 ? nil : weights.isEmpty ? .noLinks : .refusedByAll
    }

    private static func ownProgramLeg(_ offer: LegOffer, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer) -> Leg {
        do throws(LegFault) {
            let answer = try evaluate(offer)
            if let fault = answer.fault(asAnswerTo: offer) { throw fault }
            return Leg(offer, answer)
        } catch {
            return Leg(parked: offer, error)
        }
    }
}

extension Decision {
    /// A program's place in the weights; the issuer's own program, when its leg is outside them, is one past their end.
    public func programIndex(of programID: String) -> Int? {
        let weights = certificate.weights
        if let index = weights.index(of: programID) { return index }
        return fallback.ownProgram(beside: weights) == programID ? weights.count : nil
    }

    /// The leg of the issuer's own program, when it was offered what the linked programs left.
    public var ownProgramLeg: Leg? {
        guard let ownProgram = fallback.ownProgram(beside: certificate.weights), let leg = legs.last else { return nil }
        return leg.programID == ownProgram ? leg : nil
    }

    /// Proves that the issuer's own program was offered exactly what the linked programs left, and only when the policy
    /// says so.
    func checkOwnProgram() throws(DecisionDefect) {
        guard fallback.isComplete else { throw .remainderMisplaced }
        let rest = excludedMinor + heldMinor
        guard let leg = ownProgramLeg else {
            guard rest == 0 || fallback.ownProgram(beside: certificate.weights) == nil else {
                throw .remainderMisplaced
            }
            return
        }
        guard leg.offeredMinor > 0, leg.status == .parked ? rest == 0 : leg.offeredMinor == leg.amountMinor + rest
        else {
            throw .remainderMisplaced
        }
    }
}
