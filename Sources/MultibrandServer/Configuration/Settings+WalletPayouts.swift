extension Settings {
    /// The wallet as a destination of card rewards.
    package enum WalletPayouts {
        package static let environment = Setting(
            "wallet.environment", "LIVE",
            "The wallet environment that own programs pay into: LIVE or SANDBOX.")
        package static let clawback = Setting(
            "wallet.clawback", "debit",
            "How refunds take back what such a program has paid: debit (from the member's balance; points already "
                + "spent stay debt) or net (debt only, paid by later earnings)."
        )
        package static let clawbackRetry = Setting<Duration>(
            "wallet.clawbackRetry", .seconds(3_600),
            "How often a debt that the balance did not cover is retried; the balance may have grown.")
        package static let payoutRetry = Setting<Duration>(
            "wallet.payoutRetry", .seconds(300),
            "How often a failed payment is retried: the prepaid pool was too low, or the member was removed.")
    }
}
