import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RefundsCommand {
    struct Reattribute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have other spends bear a refund: undone and done again in one step.",
            discussion: """
                The parts sum to the refund's amount. Reversible: attribute it to the first spends again.

                EXAMPLE
                  multibrand admin refunds reattribute refund-1 spend-1=1500 spend-2=500 --reason "receipt shows both"
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Argument(help: "SPEND=MINOR, one for each spend.") var targets: [String]
        @Option(help: "Why; kept in the record of operator actions.") var reason: String

        func validate() throws { _ = try targets.map(Self.target) }

        func run() async throws {
            let targets = try targets.map(Self.target)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/ReattributeRefund",
                    Multibrand_V1_ReattributeRefundRequest.with {
                        $0.refundID = refundID
                        $0.targets = targets
                        $0.reason = reason
                    })
                try connection.show(answer) { answer.page }
            }
        }

        /// Ids may hold an equals sign; the amount follows the last one.
        static func target(_ text: String) throws -> Multibrand_V1_RefundTarget {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
                let minor = Int64(text[text.index(after: sign)...]), minor > 0
            else { throw ValidationError("\(text) must read SPEND=MINOR, such as spend-1=1500") }
            return Multibrand_V1_RefundTarget.with {
                $0.spendID = String(text[..<sign])
                $0.amountMinor = minor
            }
        }
    }
}
