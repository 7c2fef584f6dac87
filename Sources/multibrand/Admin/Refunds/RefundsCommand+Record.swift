import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RefundsCommand {
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record one refund, whole or in part.",
            discussion: """
                The same id again gives the same answer. Without --spend the attribution policy finds the spends, and \
                --card is needed; with both the refund waits for a spend that is not here yet.

                EXAMPLES
                  multibrand admin refunds record refund-1 --spend spend-1 --amount-minor 500 --currency USD
                  multibrand admin refunds record refund-2 --card card-1 --amount-minor 500 --currency USD --merchant "Cafe Sol"
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Option(help: "The spend that is refunded, when it is known.") var spend: String = ""
        @Option(help: "The card; needed when no spend is named, or to wait for it.") var card: String = ""
        @Option(help: "The amount in minor units.") var amountMinor: Int64
        @Option(help: "ISO 4217 code of the currency.") var currency: String
        @Option(help: "Merchant category code, four digits.") var category: String = ""
        @Option(help: "The merchant's name.") var merchant: String = ""
        @Option(help: "The authorisation whose clearing is refunded.") var authorization: String = ""
        @Option(help: "When it happened (RFC 3339); now when left out.") var occurredAt: String?

        func validate() throws {
            guard spend.isEmpty, card.isEmpty else { return }
            throw ValidationError("name the spend with --spend, or the card with --card")
        }

        func run() async throws {
            let time = try occurredAt.map { try Moment.parse($0) }
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/RecordRefund",
                    Multibrand_V1_RecordRefundRequest.with {
                        $0.refundID = refundID
                        $0.spendID = spend
                        $0.cardID = card
                        $0.amount.minorUnits = amountMinor
                        $0.amount.currencyCode = currency
                        $0.merchantCategoryCode = category
                        $0.merchantName = merchant
                        $0.authorizationID = authorization
                        if let time { $0.occurredAt = time }
                    })
                try connection.show(answer) { answer.page }
            }
        }
    }
}
