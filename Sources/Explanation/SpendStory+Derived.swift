import Issuance
package import Rewards

extension SpendStory {
    /// What one program had and has of the card's running total under the weights (I-3).
    package struct Share: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// Its share is this over the sum of all parts.
        package let parts: Int
        /// Its part of the running total before the spend: X(H), in minor units.
        package let hadMinor: Int64
        /// Its part of the running total after it: X(H + r).
        package let hasMinor: Int64
        /// The difference: its share of this spend.
        package let shareMinor: Int64
        /// What was carved out for it before the split.
        package let fixedMinor: Int64
    }

    /// The step of the apportionment, program by program; empty when no program was linked.
    package var shares: [Share] {
        let certificate = decision.certificate
        let weights = certificate.weights
        guard !weights.isEmpty, let had = try? Apportionment(weights).shares(ofTotal: certificate.totalBefore) else {
            return []
        }
        return weights.programIDs.enumerated().map { index, programID in
            Share(
                programID: programID, parts: weights.parts[index], hadMinor: had[index],
                hasMinor: had[index] + certificate.shares[index], shareMinor: certificate.shares[index],
                fixedMinor: certificate.fixedMinor(ofProgramAt: index))
        }
    }

    /// Something that is not over yet.
    package struct Expectation: Sendable, Hashable {
        /// What kind of thing.
        package enum Kind: Sendable, Hashable {
            /// Money is held until a link or an operator decides it; in minor units.
            case heldMoney
            /// A leg is parked until its plugin answers; in minor units.
            case parkedLeg
            /// Earned and not planned yet.
            case pending
            /// Planned, sent or accepted, and not confirmed yet.
            case inFlight
            /// May or may not have been issued.
            case unknown
            /// Owed: later earnings net it.
            case debt
        }

        /// What kind of thing.
        package let kind: Kind
        /// Nil for held money.
        package let programID: String?
        /// In minor units or in millionths of the unit, by the kind.
        package let quantity: Int64
        /// Nil for money.
        package let unit: RewardUnit?
    }

    /// What may still come: money without a decision, and what the positions wait for.
    package var expectations: [Expectation] {
        var found: [Expectation] = []
        func add(_ kind: Expectation.Kind, _ programID: String?, _ quantity: Int64, unit: RewardUnit? = nil) {
            guard quantity > 0 else { return }
            found.append(Expectation(kind: kind, programID: programID, quantity: quantity, unit: unit))
        }
        add(.heldMoney, nil, heldNowMinor)
        for leg in decision.legs where leg.status == .parked && settled[leg.programID] == nil {
            add(.parkedLeg, leg.programID, leg.amountMinor)
        }
        for leg in release?.legs ?? [] where leg.isParked { add(.parkedLeg, leg.programID, leg.amountMinor) }
        for standing in standings {
            let position = standing.position
            for (kind, micro) in [
                (Expectation.Kind.pending, position.pendingMicro), (.inFlight, position.inFlightMicro),
                (.unknown, position.unknownMicro), (.debt, position.debtMicro),
            ] {
                add(kind, standing.programID, micro, unit: standing.unit)
            }
        }
        return found
    }
}
