import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension AuthorizationsCommand {
    struct Reverse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Free an authorisation; a clearing that comes all the same is late.",
            discussion: """
                It cannot be opened again, so this asks first. Repeating it changes nothing.

                EXAMPLE
                  multibrand admin authorizations reverse auth-1 --yes
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The authorisation's id.") var authorizationID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Reverse \(authorizationID)? It cannot be opened again.", yes: yes)
            try await admin.connected { connection in
                let authorization: Multibrand_V1_Authorization = try await connection.call(
                    "SpendService/ReverseAuthorization",
                    Multibrand_V1_ReverseAuthorizationRequest.with { $0.authorizationID = authorizationID })
                try connection.show(authorization) { authorization.table }
            }
        }
    }
}
