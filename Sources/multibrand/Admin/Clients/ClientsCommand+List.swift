import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
