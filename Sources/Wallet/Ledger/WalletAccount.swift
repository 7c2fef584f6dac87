/// A wallet's totals as one value: the pure decision of what a ledger row does to them.
struct WalletAccount: Sendable, Hashable {
    var balance: Int64 = 0
    var amountReceived: Int64 = 0
    var amountSpent: Int64 = 0
    /// The sequence of the newest ledger row; 0 before the first.
    var sequence: Int64 = 0

    /// The account after a signed amount: a credit raises the balance and what was received, a debit lowers the balance
    /// and raises what was spent (I-10).
    ///
    /// **Errors** `VALIDATION` when a total would leave the range of exact integers; `INSUFFICIENT_POINTS`.
    func posting(_ amount: Int64) throws(WalletError) -> WalletAccount {
        // The totals are at most 2^53 - 1 and amounts too, so no sum here leaves 64 bits.
        var next = self
        next.balance += amount
        next.sequence += 1
        if amount >= 0 { next.amountReceived += amount } else { next.amountSpent -= amount }
        guard next.balance >= 0 else {
            throw WalletError(.insufficientPoints, "the balance is below the price: earn more points first")
        }
        guard next.amountReceived <= WalletRule.pointsMax, next.amountSpent <= WalletRule.pointsMax else {
            throw WalletError(
                .validation,
                """
                a lifetime total would pass \(WalletRule.pointsMax), the largest exact number: use a smaller \
                \(.amount)
                """,
                field: .amount)
        }
        return next
    }
}
