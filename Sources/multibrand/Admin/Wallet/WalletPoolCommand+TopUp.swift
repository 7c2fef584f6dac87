import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletPoolCommand {
    struct TopUp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "top-up", abstract: "Add points to the pool, making it the first time.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet pool top-up 100000 --reference invoice-4711 --low-below 20000
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "How many points, from 1 up.") var amount: Int64
        @Option(help: "The purchase they come from; kept.") var reference: String
        @Option(help: "Below what balance the pool counts as low; left out: as it is.") var lowBelow: Int64?
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func validate() throws {
            guard amount > 0 else { throw ValidationError("the amount must be above zero") }
        }

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_PoolResponse = try await connection.call(
                    "WalletService/TopUpPool",
                    Multibrand_V1_TopUpPoolRequest.with {
                        $0.environment = .live
                        $0.amount = amount
                        $0.reference = reference
                        if let lowBelow { $0.lowWaterMark = lowBelow }
                        $0.idempotencyKey = request.text
                    })
                try connection.show(answer) {
                    (answer.replayed ? "Nothing was changed: this request was made before.\n" : "") + answer.pool.text
                }
            }
        }
    }
}
