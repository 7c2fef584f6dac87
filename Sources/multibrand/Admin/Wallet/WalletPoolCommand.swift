import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet pool`
struct WalletPoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "The prepaid pool that live credits draw from; there is none in SANDBOX.",
        discussion: """
            EXAMPLES
              multibrand admin wallet pool show
              multibrand admin wallet pool top-up 100000 --reference invoice-4711 --low-below 20000
            """,
        subcommands: [Show.self, TopUp.self, Mark.self])
}

extension WalletPoolCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what the pool holds.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet pool show
                """)
        @OptionGroup var admin: AdminOptions
        func run() async throws {
            try await admin.connected { connection in
                let pool: Multibrand_V1_Pool = try await connection.call(
                    "WalletService/GetPool", Multibrand_V1_GetPoolRequest())
                try connection.show(pool) { pool.text }
            }
        }
    }
}

extension WalletPoolCommand {
    struct TopUp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "top-up", abstract: "Add points to the pool, and create it the first time.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet pool top-up 100000 --reference invoice-4711 --low-below 20000
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "How many points, from 1 up.") var amount: Int64
        @Option(help: "A reference to the purchase of the points; stored.") var reference: String
        @Option(help: "The balance below which the pool counts as low; left out: unchanged.") var lowBelow: Int64?
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

extension WalletPoolCommand {
    struct Mark: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the balance below which the pool counts as low.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet pool mark 20000
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The mark, in points.") var points: Int64

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_PoolResponse = try await connection.call(
                    "WalletService/SetPoolLowWaterMark",
                    Multibrand_V1_SetPoolLowWaterMarkRequest.with {
                        $0.environment = .live
                        $0.lowWaterMark = points
                    })
                try connection.show(answer) { answer.pool.text }
            }
        }
    }
}
