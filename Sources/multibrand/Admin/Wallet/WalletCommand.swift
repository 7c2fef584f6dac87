import ArgumentParser

/// `multibrand admin wallet`
struct WalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "The issuer's own points: keys, members, holds, offers, redemptions, the prepaid pool.",
        discussion: """
            Without --live everything happens in SANDBOX, which shares nothing with LIVE.

            EXAMPLES
              multibrand admin wallet keys create backend --live
              multibrand admin wallet members upsert cust-77 --tier gold --live
              multibrand admin wallet credit cust-77 250 --reason "spring promo" --live
              multibrand admin wallet export --live --out ledger.csv
            """,
        subcommands: [
            WalletKeysCommand.self, WalletMembersCommand.self, WalletCreditCommand.self, WalletHoldsCommand.self,
            WalletOffersCommand.self, WalletRedemptionsCommand.self, WalletPoolCommand.self, WalletWebhooksCommand.self,
            WalletSummaryCommand.self, WalletExportCommand.self,
        ])
}
