import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet holds`
struct WalletHoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds", abstract: "Points set aside for purchases under way.",
        discussion: """
            A hold lowers what its member can spend until it is captured, released or expires.

            EXAMPLES
              multibrand admin wallet holds list --status held --live
              multibrand admin wallet holds place cust-77 120 --reason "Purchase of miles" --live
              multibrand admin wallet holds capture hold_7d --amount 90 --live
            """,
        subcommands: [List.self, Show.self, Place.self, Capture.self, Release.self])
}

extension WalletHoldsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List holds, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet holds list cust-77 --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The member's external user id; every member's without it.") var member: String?
        @Option(help: "Only those with this status.") var status: HoldStatusWord?

        func run() async throws {
            try await wallet.admin.connected { connection in
                let rows = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListHoldsResponse = try await connection.call(
                        "WalletService/ListHolds",
                        Multibrand_V1_ListHoldsRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member ?? ""
                            if let status { $0.status = status.status }
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.holds, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListHoldsResponse.with { $0.holds = rows }) { rows.table }
            }
        }
    }
}

extension WalletHoldsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one hold.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet holds show hold_7d --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The hold's id.") var holdID: String

        func run() async throws {
            let request = Multibrand_V1_GetHoldRequest.with {
                $0.environment = wallet.environment
                $0.holdID = holdID
            }
            try await wallet.call("GetHold", request) { (hold: Multibrand_V1_Hold) in [hold].table }
        }
    }
}

extension WalletHoldsCommand {
    struct Place: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set points of a member aside.",
            discussion: """
                Repeating the same --request gives the first answer and holds no more points.

                EXAMPLE
                  multibrand admin wallet holds place cust-77 120 --seconds 3600 --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String
        @Argument(help: "How many points, from 1 up.") var amount: Int64
        @Option(help: "What it is for.") var reason: String = ""
        @Option(help: "After how many seconds it expires; default: the setting wallet.holdTime.") var seconds: Int64?
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func validate() throws {
            guard amount > 0 else { throw ValidationError("the amount must be above zero") }
            guard seconds ?? 1 > 0 else { throw ValidationError("--seconds must be above zero") }
        }

        func run() async throws {
            let message = Multibrand_V1_PlaceHoldRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
                $0.amount = amount
                $0.reason = reason
                $0.lifetimeSeconds = seconds ?? 0
                $0.idempotencyKey = request.text
            }
            try await wallet.call("PlaceHold", message) { (answer: Multibrand_V1_HoldResponse) in
                let before = answer.replayed ? "Nothing was changed: this request was made before.\n\n" : ""
                return before + [answer.hold].table
            }
        }
    }
}

extension WalletHoldsCommand {
    struct Capture: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Debit what the purchase cost and end the hold.",
            discussion: """
                What the capture leaves of the hold is available to the member again.

                EXAMPLE
                  multibrand admin wallet holds capture hold_7d --amount 90 --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The hold's id.") var holdID: String
        @Option(help: "How many points; default: the whole hold.") var amount: Int64?
        @Flag(help: "Do not ask.") var yes = false

        func validate() throws {
            guard amount ?? 1 > 0 else { throw ValidationError("--amount must be above zero") }
        }

        func run() async throws {
            let points = amount.map { "\($0) points" } ?? "all points"
            try confirm("Debit \(points) of \(holdID) in \(wallet.name)? This cannot be undone.", yes: yes)
            let message = Multibrand_V1_CaptureHoldRequest.with {
                $0.environment = wallet.environment
                $0.holdID = holdID
                if let amount { $0.amount = amount }
            }
            try await wallet.call("CaptureHold", message) { (answer: Multibrand_V1_HoldResponse) in
                [answer.hold].table
            }
        }
    }
}

extension WalletHoldsCommand {
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a hold without a debit.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet holds release hold_7d --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The hold's id.") var holdID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Release \(holdID) in \(wallet.name)? A purchase under way will not be paid from it.", yes: yes)
            let message = Multibrand_V1_ReleaseHoldRequest.with {
                $0.environment = wallet.environment
                $0.holdID = holdID
            }
            try await wallet.call("ReleaseHold", message) { (answer: Multibrand_V1_HoldResponse) in
                [answer.hold].table
            }
        }
    }
}
