import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension ClientsCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a client and its key; the key is shown this once.",
            discussion: "EXAMPLE\n  multibrand admin clients create platform-a --role platform")

        enum Role: String, ExpressibleByArgument, CaseIterable {
            case platform
            case `operator`
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "The client's id.") var clientID: String
        @Option(
            help:
                "platform: what a card platform calls: cards, preferences, spends, refunds, and reading positions and issues. operator: everything."
        )
        var role: Role

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_CreateApiClientResponse = try await connection.call(
                    "AdminService/CreateApiClient",
                    Multibrand_V1_CreateApiClientRequest.with {
                        $0.clientID = clientID
                        $0.role = role.rawValue
                    })
                try connection.show(answer) {
                    "\(clientID) may call as \(role.rawValue). Its key, shown this once:\n\(answer.key)"
                }
            }
        }
    }
}
