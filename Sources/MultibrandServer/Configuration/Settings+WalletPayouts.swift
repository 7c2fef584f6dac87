extension Settings {
    /// The wallet as a destination of card rewards.
    package enum WalletPayouts {
        package static let environment = Setting(
            "wallet.environment", "LIVE",
            "Which of the wallet's two worlds programs that pay into the wallet pay into: LIVE or SANDBOX.")
        package static let clawback = Setting(
            "wallet.clawback", "debit",
            "How refunds take back what such a program has paid: debit (from the member's balance; what is spent stays debt) or net (debt only, netted against later earning)."
        )
        package static let clawbackRetry = Setting<Duration>(
            "wallet.clawbackRetry", .seconds(3_600),
            "When a debt that the balance did not cover is looked at again, for a redemption may be canceled.")
        package static let payoutRetry = Setting<Duration>(
            "wallet.payoutRetry", .seconds(300),
            "When what could not be paid is looked at again: the prepaid pool is too low, or the member was removed.")
    }
}
