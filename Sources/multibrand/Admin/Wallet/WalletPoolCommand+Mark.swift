import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletPoolCommand {
    struct Mark: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set below what balance the pool counts as low.",
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
