import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
