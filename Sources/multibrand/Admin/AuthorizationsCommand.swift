import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin authorizations`
struct AuthorizationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorizations", abstract: "Authorised purchases that pin a preference until they clear.",
        discussion: """
            EXAMPLES
              multibrand admin authorizations show auth-1
              multibrand admin authorizations reverse auth-1
            """,
        subcommands: [Show.self, Reverse.self])
}

extension AuthorizationsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one authorisation, and what has cleared of it.",
            discussion: "EXAMPLE\n  multibrand admin authorizations show auth-1")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The authorisation's id.") var authorizationID: String

        func run() async throws {
            try await admin.connected { connection in
                let authorization: Multibrand_V1_Authorization = try await connection.call(
                    "SpendService/GetAuthorization",
                    Multibrand_V1_GetAuthorizationRequest.with { $0.authorizationID = authorizationID })
                try connection.show(authorization) { authorization.table }
            }
        }
    }
}

extension Multibrand_V1_Authorization {
    var table: String {
        var table = TextTable([
            .text("authorisation"), .text("card"), .text("authorised"), .number("amount"), .number("cleared"),
            .text("in"), .number("preference version"), .text("status"),
        ])
        let currency = amount.currencyCode
        let state =
            switch status {
            case .open: "open: its clearings use this version"
            case .reversed: "reversed \(Moment.text(reversedAt))"
            case .unspecified, .UNRECOGNIZED: "?"
            }
        table.add([
            authorizationID, cardID, Moment.text(authorizedAt), Quantity.money(amount.minorUnits, currency),
            Quantity.money(clearedMinor, currency), currency, "\(preferenceVersion)", state,
        ])
        return table.rendered()
    }
}

extension AuthorizationsCommand {
    struct Reverse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release an authorisation; a clearing that still arrives is late.",
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
