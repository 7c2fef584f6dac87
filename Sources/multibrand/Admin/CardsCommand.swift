import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin cards`
struct CardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cards", abstract: "Cards, their links and shares.",
        discussion: "EXAMPLES\n  multibrand admin cards list\n  multibrand admin cards show card-1",
        subcommands: [
            List.self, PreferencesCommand.Show.self, Register.self, Link.self, Delink.self, Allocate.self,
            PreferencesCommand.Changes.self, Widget.self,
        ])
}

extension CardsCommand {
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
}

extension CardsCommand {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a card.",
            discussion: "EXAMPLE\n  multibrand admin cards register card-1 --user user-1 --currency USD")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Option(help: "The cardholder's id.") var user: String
        @Option(help: "ISO 4217 code of the card's currency.") var currency: String
        @Option(help: "The id under which Cosmo knows the cardholder; generated when left out.") var sourceUser: String?
        @Option(help: "Your name for the kind of card; late clearings may follow a separate rule for it.")
        var cardProgram =
            ""

        func run() async throws {
            try await admin.connected { connection in
                let card: Multibrand_V1_Card = try await connection.call(
                    "PreferenceService/RegisterCard",
                    Multibrand_V1_RegisterCardRequest.with {
                        $0.cardID = cardID
                        $0.userID = user
                        $0.currencyCode = currency
                        $0.sourceUserID = sourceUser ?? ""
                        $0.cardProgram = cardProgram
                    })
                try connection.show(card) {
                    "\(card.cardID) \(card.replayed ? "was registered before" : "is registered"); Cosmo's name for it: "
                        + "\(card.sourceUserID)"
                }
            }
        }
    }
}

extension CardsCommand {
    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Link a program to a card, or change the account.",
            discussion: "EXAMPLE\n  multibrand admin cards link card-1 prg_sky --account M-1001 --parts 60")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "The member's user id with the program.") var account: String?
        @Option(help: "The member's e-mail address with the program.") var email: String?
        @Option(help: "This program's share, in parts; 0 for the average of the card's other links, or 1.") var parts:
            Int32 = 0
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

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
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }
}

extension CardsCommand {
    struct Delink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a link; what was earned is still issued to its last account.",
            discussion: "EXAMPLE\n  multibrand admin cards delink card-1 prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/DelinkProgram",
                    Multibrand_V1_DelinkProgramRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }
}

extension CardsCommand {
    struct Allocate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the shares of linked programs.",
            discussion: "EXAMPLE\n  multibrand admin cards allocate card-1 prg_sky=60 prg_hotel=40")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "PROGRAM=PARTS, one for each program.") var shares: [String]
        @Option(help: "Refuse when another version is in force; 0 takes any.") var expectedVersion: Int64 = 0
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func validate() throws { _ = try shares.map(Self.share) }

        func run() async throws {
            let shares = try shares.map(Self.share)
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/SetAllocation",
                    Multibrand_V1_SetAllocationRequest.with {
                        $0.cardID = cardID
                        $0.shares = shares
                        $0.expectedVersion = expectedVersion
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }

        /// Ids may hold an equals sign; the parts are behind the last one.
        static func share(_ text: String) throws -> Multibrand_V1_Share {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
                let parts = Int32(text[text.index(after: sign)...]), parts >= 0
            else { throw ValidationError("\(text) must read PROGRAM=PARTS, such as prg_sky=60") }
            return Multibrand_V1_Share.with {
                $0.programID = String(text[..<sign])
                $0.parts = parts
            }
        }
    }
}

extension CardsCommand {
    struct Widget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Get an address that opens Cosmo's widget for a card; it is secret and valid for ten minutes.",
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
                    "\(session.launchURL.isEmpty ? session.accessToken : session.launchURL)\nGood until "
                        + "\(Moment.text(session.expiresAt))."
                }
            }
        }
    }
}
