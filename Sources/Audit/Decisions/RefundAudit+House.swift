extension RefundAudit {
    /// A card without links has nothing but the house: it has the first units that are left, up to what it took of all.
    ///
    /// - Parameter left: what is left of the house's leg after the movement.
    static func examineHouse(
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
            expected: "\(expected) to be left of the house's leg", found: "\(left)")
    }
}
