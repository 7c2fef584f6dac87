import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet redemptions`
struct WalletRedemptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redemptions", abstract: "Redemptions through their lifecycle.",
        discussion: """
            EXAMPLES
              multibrand admin wallet redemptions list cust-77 --live
              multibrand admin wallet redemptions move red_9c --to purchased --live
            """,
        subcommands: [List.self, Show.self, Redeem.self, Move.self, Cancel.self])
}

extension WalletRedemptionsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a member's redemptions, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions list cust-77 --status open --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The member's external user id.") var member: String
        @Option(help: "Only those with this status.") var status: RedemptionStatusWord?

        func run() async throws {
            try await wallet.admin.connected { connection in
                let rows = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListRedemptionsResponse = try await connection.call(
                        "WalletService/ListRedemptions",
                        Multibrand_V1_ListRedemptionsRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member
                            if let status { $0.status = status.status }
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.redemptions, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListRedemptionsResponse.with { $0.redemptions = rows }) { rows.table }
            }
        }
    }
}

extension WalletRedemptionsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one redemption with its member and what it was debited.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions show red_9c --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String

        func run() async throws {
            let request = Multibrand_V1_GetRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
            }
            try await wallet.call("GetRedemption", request) { (redemption: Multibrand_V1_Redemption) in
                let member = TextTable.printable(redemption.externalUserID)
                return [redemption].table + "\n\nBy \(member), debited \(redemption.pointsDebited) points."
            }
        }
    }
}

extension WalletRedemptionsCommand {
    struct Redeem: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Redeem an offer for a member.",
            discussion: """
                The same --request again gives the first answer and takes no more points.

                EXAMPLE
                  multibrand admin wallet redemptions redeem cust-77 spa-day --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String
        @Argument(help: "The offer's id.") var offerID: String
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            let message = Multibrand_V1_RedeemRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
                $0.offerID = offerID
                $0.idempotencyKey = request.text
            }
            try await wallet.call("Redeem", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}

extension WalletRedemptionsCommand {
    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a redemption forward; it never goes back.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions move red_9c --to purchased --begins 2026-12-24T10:00:00Z --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String
        @Option(help: "The status to move to.") var to: RedemptionStatusWord
        @Option(help: "When what was redeemed begins, RFC 3339.") var begins: String?
        @Option(help: "When it ends, RFC 3339.") var ends: String?

        func run() async throws {
            let message = try Multibrand_V1_MoveRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
                $0.status = to.status
                if let begins { $0.startAt = try Moment.parse(begins) }
                if let ends { $0.endAt = try Moment.parse(ends) }
            }
            try await wallet.call("MoveRedemption", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}

extension WalletRedemptionsCommand {
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel a redemption and give back what it took, once.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions cancel red_9c --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm(
                "Cancel \(redemptionID) of \(wallet.name) and give its points back? This cannot be undone.", yes: yes)
            let message = Multibrand_V1_CancelRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
            }
            try await wallet.call("CancelRedemption", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}
