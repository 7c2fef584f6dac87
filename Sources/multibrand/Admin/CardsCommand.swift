import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin cards`
struct CardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cards", abstract: "Cards and their reward preferences.",
        discussion: "EXAMPLES\n  multibrand admin cards list\n  multibrand admin cards show card-1",
        subcommands: [
            List.self, Show.self, Register.self, Link.self, Delink.self, Allocate.self, Changes.self, Widget.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List cards in order of id.", discussion: "EXAMPLE\n  multibrand admin cards list --limit 20")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await admin.connected { connection in
                let cards = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListCardsResponse = try await connection.call(
                        "AdminService/ListCards",
                        Multibrand_V1_ListCardsRequest.with {
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.cards, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListCardsResponse.with { $0.cards = cards }) {
                    var table = TextTable([
                        .text("card"), .text("user"), .text("currency"), .number("version"), .text("registered"),
                    ])
                    for card in cards {
                        table.add([
                            card.cardID, card.userID, card.currencyCode, "\(card.preferenceVersion)",
                            Moment.text(card.registeredAt),
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the preference in force.",
            discussion:
                "EXAMPLE\n  multibrand admin cards show card-1\n  multibrand admin cards show card-1 --as-of 2026-11-01T00:00:00Z"
        )
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Option(help: "The preference in force at this time (RFC 3339) instead.") var asOf: String?

        func run() async throws {
            let time = try asOf.map { try Moment.parse($0) }
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/GetPreferences",
                    Multibrand_V1_GetPreferencesRequest.with {
                        $0.cardID = cardID
                        if let time { $0.asOf = time }
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a card known.",
            discussion: "EXAMPLE\n  multibrand admin cards register card-1 --user user-1 --currency USD")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Option(help: "The cardholder's id.") var user: String
        @Option(help: "ISO 4217 code of the card's currency.") var currency: String
        @Option(help: "The name Cosmo knows the cardholder by; one is made when left out.") var sourceUser: String?

        func run() async throws {
            try await admin.connected { connection in
                let card: Multibrand_V1_Card = try await connection.call(
                    "PreferenceService/RegisterCard",
                    Multibrand_V1_RegisterCardRequest.with {
                        $0.cardID = cardID
                        $0.userID = user
                        $0.currencyCode = currency
                        $0.sourceUserID = sourceUser ?? ""
                    })
                try connection.show(card) {
                    "\(card.cardID) \(card.replayed ? "was registered before" : "is registered"); Cosmo's name for it: \(card.sourceUserID)"
                }
            }
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Link a program to a card, or change the account.",
            discussion: "EXAMPLE\n  multibrand admin cards link card-1 prg_sky --account M-1001 --parts 60")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "The member's user id with the program.") var account: String?
        @Option(help: "The member's e-mail address with the program.") var email: String?
        @Option(help: "This program's share, in parts.") var parts: Int32 = 0
        @Option(help: "Makes the call repeatable; one is made when left out.") var request: String = UUID().uuidString

        func run() async throws {
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/LinkProgram",
                    Multibrand_V1_LinkProgramRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.destinationAccount.userID = account ?? ""
                        $0.destinationAccount.userEmail = email ?? ""
                        $0.parts = parts
                        $0.requestID = request
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }

    struct Delink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a link; what was earned is still issued to its last account.",
            discussion: "EXAMPLE\n  multibrand admin cards delink card-1 prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "Makes the call repeatable; one is made when left out.") var request: String = UUID().uuidString

        func run() async throws {
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/DelinkProgram",
                    Multibrand_V1_DelinkProgramRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.requestID = request
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }

    struct Allocate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the shares of linked programs.",
            discussion: "EXAMPLE\n  multibrand admin cards allocate card-1 prg_sky=60 prg_hotel=40")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "PROGRAM=PARTS, one for each program.") var shares: [String]
        @Option(help: "Refuse when another version is in force.") var expectedVersion: Int64 = 0
        @Option(help: "Makes the call repeatable; one is made when left out.") var request: String = UUID().uuidString

        func run() async throws {
            let shares = try shares.map { text in
                let pair = text.split(separator: "=")
                guard pair.count == 2, let parts = Int32(pair[1]) else {
                    throw ValidationError("\(text) must read PROGRAM=PARTS, such as prg_sky=60")
                }
                return Multibrand_V1_Share.with {
                    $0.programID = String(pair[0])
                    $0.parts = parts
                }
            }
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/SetAllocation",
                    Multibrand_V1_SetAllocationRequest.with {
                        $0.cardID = cardID
                        $0.shares = shares
                        $0.expectedVersion = expectedVersion
                        $0.requestID = request
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }

    struct Changes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every version of a card's preference, newest first.",
            discussion: "EXAMPLE\n  multibrand admin cards changes card-1")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The card's id.") var cardID: String

        func run() async throws {
            try await admin.connected { connection in
                let changes = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListPreferenceChangesResponse = try await connection.call(
                        "PreferenceService/ListPreferenceChanges",
                        Multibrand_V1_ListPreferenceChangesRequest.with {
                            $0.cardID = cardID
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.changes, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListPreferenceChangesResponse.with { $0.changes = changes }) {
                    var table = TextTable([
                        .number("version"), .text("effective"), .text("learnt"), .text("cause"), .text("shares"),
                    ])
                    for change in changes {
                        let shares = change.preferences.links.map { "\($0.programID) \($0.parts)" }.joined(
                            separator: ", ")
                        table.add([
                            "\(change.preferences.version)", Moment.text(change.preferences.effectiveAt),
                            Moment.text(change.recordedAt), "\(change.cause) \(change.causeID)",
                            shares.isEmpty ? "nothing linked" : shares,
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }

    struct Widget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Get an address that opens Cosmo's widget for a card; it is secret and good for ten minutes.",
            discussion: "EXAMPLE\n  multibrand admin cards widget card-1")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Flag(help: "The Purchase widget instead of the Multibrand widget.") var purchase = false

        func run() async throws {
            try await admin.connected { connection in
                let session: Multibrand_V1_WidgetSession = try await connection.call(
                    "PreferenceService/CreateWidgetSession",
                    Multibrand_V1_CreateWidgetSessionRequest.with {
                        $0.cardID = cardID
                        $0.kind = purchase ? .purchase : .multibrand
                    })
                try connection.show(session) {
                    "\(session.launchURL.isEmpty ? session.accessToken : session.launchURL)\nGood until \(Moment.text(session.expiresAt))."
                }
            }
        }
    }
}

extension Multibrand_V1_Preferences {
    var table: String {
        let total = links.reduce(0) { $0 + Int($1.parts) }
        var table = TextTable([
            .text("program"), .number("parts"), .number("share %"), .text("account"), .text("checked"), .text("note"),
        ])
        for link in links {
            let tenths = total > 0 ? Int(link.parts) * 1000 / total : 0
            let account = [link.destinationAccount.userID, link.destinationAccount.userEmail].filter { !$0.isEmpty }
            table.add([
                link.programID, "\(link.parts)", "\(tenths / 10).\(tenths % 10)", account.joined(separator: " "),
                link.validity.words,
                link.held ? "newer events disagree: admin inbox list --status held" : link.validityReason,
            ])
        }
        return "\(cardID), version \(version), in force since \(Moment.text(effectiveAt))\n"
            + table.rendered(whenEmpty: "Nothing is linked.")
    }
}

extension Multibrand_V1_LinkValidity {
    fileprivate var words: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unchecked: "not yet"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}
