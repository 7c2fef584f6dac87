/// Follows what refunds took out of a spend, movement by movement (I-1, I-4).
///
/// What is left of a spend is a function of how much of it is refunded, and of nothing else: nothing refunded leaves
/// all, all refunded leaves nothing, and the same amount refunded again leaves the same.
struct RefundAudit {
    /// What is left of one leg, or of the excluded and held part.
    private struct Rest: Equatable {
        var amountMinor: Int128
        var earnedMicro: Int128
    }

    private struct State: Equatable {
        var legs: [String: Rest]
        var excluded: Int128
        var held: Int128
    }

    static func examine(
        _ spend: SpendRow, _ decision: StoredDecision?, _ certificates: inout CertificateAudit,
        _ findings: inout Findings
    ) {
        guard !spend.movements.isEmpty else { return }
        let whole = State(
            legs: Dictionary(
                spend.legs.map {
                    ($0.programID, Rest(amountMinor: Int128($0.amountMinor), earnedMicro: Int128($0.earnedMicro)))
                }
            ) { first, _ in first },
            excluded: Int128(spend.excludedMinor), held: Int128(spend.heldMinor))
        // A leg that was parked and earned since was smaller when it earned than when it was decided, if a refund came
        // between.
        let settledLate = Set(
            (decision?.legs ?? []).filter { leg in
                leg.isParked && spend.legs.contains { $0.programID == leg.programID && $0.status == "earned" }
            }.map(\.programID))
        var state = whole
        var refunded = Int128(0)
        var known: [Int128: State] = [0: whole]
        for movement in spend.movements {
            findings.count(.movementSum)
            findings.count(.movementChain)
            findings.count(.refundRest)
            examineSum(spend, movement, &findings)
            refunded += Int128(movement.amountMinor)
            if refunded != Int128(movement.refundedAfterMinor) || refunded < 0 || refunded > Int128(spend.amountMinor) {
                findings.add(
                    .movementChain, table: "refund_movements", key: spend.key(of: movement),
                    expected: "\(refunded) refunded after it, of \(spend.amountMinor)",
                    found: "\(movement.refundedAfterMinor)")
            }
            apply(movement, to: &state, spend, &findings)
            examineRest(state, known[refunded], refunded, settledLate, spend, movement, &findings)
            if known[refunded] == nil { known[refunded] = state }
            examineApportioned(state, refunded, spend, decision, movement, &certificates, &findings)
            let ownProgram =
                decision?.legs.last.flatMap { state.legs[$0.programID] } ?? Rest(amountMinor: 0, earnedMicro: 0)
            examineOwnProgram(ownProgram.amountMinor, refunded, spend, decision, movement, &findings)
        }
    }

    /// Clawbacks, excluded and held sum to the movement, and all point one way.
    private static func examineSum(_ spend: SpendRow, _ movement: Movement, _ findings: inout Findings) {
        var sum = Int128(movement.excludedMinor) + Int128(movement.heldMinor)
        // A leg settled after a refund moves no money and gives back what the refunded part of it would have earned.
        let sign = movement.cause == "settlement" ? 1 : movement.amountMinor.signum()
        func points(_ part: Int64) -> Bool { part == 0 || part.signum() == sign }
        var isOneWay = points(movement.excludedMinor) && points(movement.heldMinor)
        for clawback in movement.clawbacks {
            sum += Int128(clawback.amountMinor)
            isOneWay = isOneWay && points(clawback.amountMinor) && points(clawback.earnedMicro)
        }
        findings.expect(
            .movementSum, table: "refund_movements", key: spend.key(of: movement),
            "clawbacks, excluded and held that sum to", Int128(movement.amountMinor), sum)
        let isCaused =
            switch movement.cause {
            case "refund": sign > 0
            case "undo": sign < 0
            case "settlement": movement.amountMinor == 0
            // What a refund had taken of the held part is taken from its release instead.
            case "release": spend.kind == .spend ? movement.amountMinor == 0 : sign > 0
            default: sign != 0
            }
        if !isOneWay || !isCaused {
            findings.add(
                .movementSum, table: "refund_movements", key: spend.key(of: movement),
                expected: "a refund that only takes, an undo that only gives back, a settlement that moves no money",
                found: "\(movement.cause) of \(movement.amountMinor)")
        }
    }

    private static func apply(
        _ movement: Movement, to state: inout State, _ spend: SpendRow, _ findings: inout Findings
    ) {
        state.excluded -= Int128(movement.excludedMinor)
        state.held -= Int128(movement.heldMinor)
        for clawback in movement.clawbacks {
            guard var rest = state.legs[clawback.programID] else {
                findings.add(
                    .refundRest, table: "clawbacks", key: spend.key(ofLeg: clawback.programID),
                    expected: "a leg to take from", found: "none")
                continue
            }
            rest.amountMinor -= Int128(clawback.amountMinor)
            rest.earnedMicro -= Int128(clawback.earnedMicro)
            state.legs[clawback.programID] = rest
            guard clawback.earnedMicro != 0,
                let leg = spend.legs.first(where: { $0.programID == clawback.programID }), leg.unit != clawback.unit
            else { continue }
            findings.add(
                .refundRest, table: "clawbacks", key: spend.key(ofLeg: clawback.programID),
                expected: "the leg's unit \(leg.unit)", found: clawback.unit)
        }
    }

    private static func examineRest(
        _ state: State, _ known: State?, _ refunded: Int128, _ settledLate: Set<String>, _ spend: SpendRow,
        _ movement: Movement, _ findings: inout Findings
    ) {
        let isWholeRefund = refunded == Int128(spend.amountMinor)
        for (programID, rest) in state.legs.sorted(by: { $0.key < $1.key }) {
            let earned = settledLate.contains(programID) ? 0 : rest.earnedMicro
            let before = known?.legs[programID]
            let isKnown =
                before.map {
                    $0.amountMinor == rest.amountMinor
                        && (settledLate.contains(programID) || $0.earnedMicro == rest.earnedMicro)
                } ?? true
            guard
                rest.amountMinor < 0 || earned < 0 || !isKnown
                    || isWholeRefund && (rest.amountMinor != 0 || earned != 0)
            else { continue }
            let expected =
                isWholeRefund
                ? "nothing to be left"
                : before.map { "\($0.amountMinor) and \($0.earnedMicro) earned to be left" } ?? "nothing below zero"
            findings.add(
                .refundRest, table: "legs", key: spend.key(ofLeg: programID),
                expected: "\(expected) after movement \(movement.number)",
                found: "\(rest.amountMinor) and \(rest.earnedMicro) earned")
        }
        let rests = [state.excluded, state.held]
        let before = known.map { [$0.excluded, $0.held] } ?? rests
        if rests.contains(where: { $0 < 0 || isWholeRefund && $0 != 0 }) || rests != before {
            findings.add(
                .refundRest, table: spend.table, key: spend.key,
                expected: "\(isWholeRefund ? "nothing" : "\(before)") of excluded and held to be left after "
                    + "movement \(movement.number)",
                found: "\(rests)")
        }
    }

    /// Where no program refused anything, what is left after any refund is the apportionment of the smaller amount.
    private static func examineApportioned(
        _ state: State, _ refunded: Int128, _ spend: SpendRow, _ decision: StoredDecision?, _ movement: Movement,
        _ certificates: inout CertificateAudit, _ findings: inout Findings
    ) {
        guard let decision, decision.isSplitAsApportioned, decision.totalBefore >= 0, refunded >= 0,
            case let rest = Int128(decision.amountMinor) - refunded, rest >= 0,
            let entry = certificates.table(of: decision.weights),
            // Fixed parts are the last that refunds take.
            let end = Int64(exactly: Int128(decision.totalBefore) + max(rest - decision.fixedSum, 0)), end >= 0
        else { return }
        findings.count(.refundApportioned)
        let before = entry.table.shares(of: decision.totalBefore)
        let after = entry.table.shares(of: end)
        for (index, programID) in entry.weights.programIDs.enumerated() {
            let expected =
                Int128(after[index] - before[index]) + decision.fixedMinor(at: index, ofFirst: rest)
            let found = state.legs[programID]?.amountMinor ?? 0
            guard found != expected else { continue }
            findings.add(
                .refundApportioned, table: "clawbacks",
                key: spend.key(of: movement).merging(["program_id": programID]) { first, _ in first },
                expected: "\(expected) to be left of the leg", found: "\(found)")
        }
    }
}

extension RefundAudit {
    /// A card without links has nothing but the issuer's own program: it has the first units that are left, up to what
    /// it took of all.
    ///
    /// - Parameter left: what is left of the issuer's own leg after the movement.
    static func examineOwnProgram(
        _ left: Int128, _ refunded: Int128, _ spend: SpendRow, _ decision: StoredDecision?, _ movement: Movement,
        _ findings: inout Findings
    ) {
        guard let decision, decision.weights.isEmpty, decision.legs.count == 1, let leg = decision.legs.first else {
            return
        }
        findings.count(.refundApportioned)
        let expected = min(Int128(decision.amountMinor) - refunded, Int128(leg.amountMinor))
        guard left != expected else { return }
        findings.add(
            .refundApportioned, table: "clawbacks",
            key: spend.key(of: movement).merging(["program_id": leg.programID]) { first, _ in first },
            expected: "\(expected) to be left of the issuer's own leg", found: "\(left)")
    }
}
