import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension ClientsCommand {
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a client's key away, within seconds.",
            discussion: "EXAMPLE\n  multibrand admin clients revoke platform-a")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The client's id.") var clientID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Revoke \(clientID)? Its calls will be refused, and this cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let client: Multibrand_V1_ApiClient = try await connection.call(
                    "AdminService/RevokeApiClient", Multibrand_V1_RevokeApiClientRequest.with { $0.clientID = clientID }
                )
                try connection.show(client) { "\(clientID) may not call any more." }
            }
        }
    }
}
