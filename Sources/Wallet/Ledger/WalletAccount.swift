/// A wallet's totals as one value: the pure decision of what a ledger row does to them.
struct WalletAccount: Sendable, Hashable {
    var balance: Int64 = 0
    var amountReceived: Int64 = 0
    var amountSpent: Int64 = 0
    /// The sum of the active holds.
    var held: Int64 = 0
    /// The sequence of the newest ledger row; 0 before the first.
    var sequence: Int64 = 0

    /// What can be spent now: the balance without what holds have set aside.
    var available: Int64 { balance - held }

    /// The account after a signed amount: a credit raises the balance and what was received, a debit lowers the balance
    /// and raises what was spent (I-10). No debit takes what is held.
    ///
    /// **Errors** `VALIDATION` when a total would leave the range of exact integers; `INSUFFICIENT_POINTS`.
    func posting(_ amount: Int64) throws(WalletError) -> WalletAccount {
        // The totals are at most 2^53 - 1 and amounts too, so no sum here leaves 64 bits.
        var next = self
        next.balance += amount
        next.sequence += 1
        if amount >= 0 { next.amountReceived += amount } else { next.amountSpent -= amount }
        guard amount >= 0 || next.available >= 0 else { throw WalletError.tooFewPoints(held: held) }
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

    /// The account with more points set aside.
    ///
    /// **Errors** `INSUFFICIENT_POINTS`.
    func holding(_ amount: Int64) throws(WalletError) -> WalletAccount {
        guard amount <= available else { throw WalletError.tooFewPoints(held: held) }
        var next = self
        next.held += amount
        return next
    }

    /// The account after a hold of that many points has ended.
    ///
    /// **Errors** `INTERNAL` when less is held, which the database rules out.
    func releasing(_ amount: Int64) throws(WalletError) -> WalletAccount {
        guard amount <= held else {
            throw WalletError(.internalFault, "less is held than the hold's points: run verify and report this")
        }
        var next = self
        next.held -= amount
        return next
    }
}

extension WalletError {
    fileprivate static func tooFewPoints(held: Int64) -> WalletError {
        held == 0
            ? WalletError(.insufficientPoints, "the member has too few points: earn more first")
            : WalletError(
                .insufficientPoints,
                "too few points are available, because \(held) are held: earn more, or release a hold"
            )
    }
}
