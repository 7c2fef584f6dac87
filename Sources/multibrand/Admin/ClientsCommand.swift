import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin clients`
struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "API clients and their keys.",
        discussion: "EXAMPLE\n  multibrand admin clients create platform-a --role platform",
        subcommands: [List.self, Create.self, Revoke.self])
}

extension ClientsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List API clients.", discussion: "EXAMPLE\n  multibrand admin clients list")
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListApiClientsResponse = try await connection.call(
                    "AdminService/ListApiClients", Multibrand_V1_ListApiClientsRequest())
                try connection.show(answer) {
                    var table = TextTable([.text("client"), .text("role"), .text("made"), .text("revoked")])
                    for client in answer.clients {
                        table.add([
                            client.clientID, client.role, Moment.text(client.createdAt), Moment.text(client.revokedAt),
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }
}

extension ClientsCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a client and its key; the key is shown only once.",
            discussion: "EXAMPLE\n  multibrand admin clients create platform-a --role platform")

        enum Role: String, ExpressibleByArgument, CaseIterable {
            case platform
            case `operator`
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "The client's id.") var clientID: String
        @Option(
            help: """
                platform: preferences, spends, refunds, positions, and reads of the wallet; it moves no points of the \
                wallet. operator: everything.
                """)
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

extension ClientsCommand {
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a client's key; takes effect within seconds.",
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
