import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RefundsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Show one refund, the spends that bear it, what each program gave back, and what the policy considered.",
            discussion: "EXAMPLE\n  multibrand admin refunds show refund-1")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String

        func run() async throws {
            try await admin.connected { connection in
                let refund: Multibrand_V1_Refund = try await connection.call(
                    "SpendService/GetRefund", Multibrand_V1_GetRefundRequest.with { $0.refundID = refundID })
                try connection.show(refund) {
                    let page = refund.page(refund.clawbacks)
                    guard !["", "[]", "{}"].contains(refund.candidatesJson) else { return page }
                    return page + "\n\nconsidered: " + TextTable.printable(refund.candidatesJson)
                }
            }
        }
    }
}
