import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet credit`
struct WalletCreditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit", abstract: "Give a member points.",
        discussion: """
            The member must exist: `members upsert` creates one. Repeating the same --request gives the first answer \
            and \
            no more points.

            EXAMPLE
              multibrand admin wallet credit cust-77 250 --reason "spring promo" --live
            """)
    @OptionGroup var wallet: WalletOptions
    @Argument(help: "The member's external user id.") var member: String
    @Argument(help: "How many points, from 1 up.") var amount: Int64
    @Option(help: "Why; kept in the ledger.") var reason: String = ""
    @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

    func validate() throws {
        guard amount > 0 else { throw ValidationError("the amount must be above zero") }
    }

    func run() async throws {
        let message = Multibrand_V1_CreditRequest.with {
            $0.environment = wallet.environment
            $0.externalUserID = member
            $0.amount = amount
            $0.reason = reason
            $0.idempotencyKey = request.text
        }
        try await wallet.call("Credit", message) { (answer: Multibrand_V1_CreditResponse) in
            let before = answer.replayed ? "Nothing was changed: this request was made before. " : ""
            return before + "\(member) has \(answer.balance) \(answer.currency.name) in \(wallet.name)."
        }
    }
}
