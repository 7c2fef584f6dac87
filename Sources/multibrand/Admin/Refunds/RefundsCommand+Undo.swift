import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RefundsCommand {
    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a refund back as if it had never been; repeating it changes nothing.",
            discussion: """
                The refund's id stays used: the same refund again needs a new one, so this asks first.

                EXAMPLE
                  multibrand admin refunds undo refund-1 --yes
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Undo \(refundID) and give back what it took? Its id stays used.", yes: yes)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/UndoRefund", Multibrand_V1_UndoRefundRequest.with { $0.refundID = refundID })
                try connection.show(answer) { answer.page }
            }
        }
    }
}
