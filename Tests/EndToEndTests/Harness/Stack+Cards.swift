import CosmoSandbox
import MultibrandAPI
import PostgreSQL
import SwiftProtobuf
import TestSupport

extension Stack {
    /// Reads Cosmo's catalogue and puts the plugins in force.
    func configurePrograms(_ client: ServiceClient) async throws {
        let _: Multibrand_V1_ListProgramsResponse = try await client.call(
            "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
        for program in CardBook.programs {
            let _: Multibrand_V1_ConfigureProgramResponse = try await client.call(
                "AdminService/ConfigureProgram",
                Multibrand_V1_ConfigureProgramRequest.with {
                    $0.programID = program.programID
                    $0.plugin = program.plugin
                    $0.configurationJson = program.configuration
                })
        }
    }

    /// Registers a card and gives the name that Cosmo knows its holder by.
    func register(_ cardID: String, currency: String = "USD", _ client: ServiceClient) async throws -> String {
        let card: Multibrand_V1_Card = try await client.call(
            "PreferenceService/RegisterCard",
            Multibrand_V1_RegisterCardRequest.with {
                $0.cardID = cardID
                $0.userID = "user-of-\(cardID)"
                $0.currencyCode = currency
            })
        return card.sourceUserID
    }

    /// Registers the cards, links their programs through the sandbox's signed webhooks, and sets the shares.
    func setUp(_ book: CardBook, _ client: ServiceClient) async throws {
        var events: [SandboxConnectionEvent] = []
        for card in book.cards {
            let sourceUserID = try await register(card.cardID, currency: card.currency, client)
            events += card.choices.map {
                SandboxConnectionEvent(
                    sourceUserId: sourceUserID, destinationProgramId: $0.programID, type: "LINKED",
                    destinationAccount: $0.account)
            }
        }
        try await sandbox.send(events)
        try await waitForLinks(events.count)
        for card in book.cards {
            let preferences: Multibrand_V1_Preferences = try await client.call(
                "PreferenceService/SetAllocation",
                Multibrand_V1_SetAllocationRequest.with {
                    $0.cardID = card.cardID
                    $0.requestID = "shares-of-\(card.cardID)"
                    $0.shares = card.choices.map { choice in
                        Multibrand_V1_Share.with {
                            $0.programID = choice.programID
                            $0.parts = choice.parts
                        }
                    }
                })
            let parts = Dictionary(uniqueKeysWithValues: preferences.links.map { ($0.programID, $0.parts) })
            guard parts == Dictionary(uniqueKeysWithValues: card.choices.map { ($0.programID, $0.parts) }) else {
                throw Unusable("the shares of \(card.cardID) are \(parts), not what was asked for")
            }
        }
    }

    /// Waits until there are so many links and Cosmo has vouched for each account.
    func waitForLinks(_ count: Int) async throws {
        let sql = "select count(*) as links from links where status = 'linked' and validity = 'valid'"
        var seen: Int64 = 0
        try await eventually("there are \(count) links, all valid", seen: { "\(seen)" }) {
            seen = try await pool.query(sql).first?.get("links", as: Int64.self) ?? 0
            return seen == Int64(count)
        }
    }

    /// Links programs to a card through a webhook and waits until each is valid; the shares are equal.
    func link(_ cardID: String, _ accounts: [String: [String: String]], _ client: ServiceClient) async throws {
        let sourceUserID = try await register(cardID, client)
        try await sandbox.send(
            accounts.map { programID, account in
                SandboxConnectionEvent(
                    sourceUserId: sourceUserID, destinationProgramId: programID, type: "LINKED",
                    destinationAccount: account)
            })
        try await eventually("the links of \(cardID) are valid") {
            let links = try await client.preferences(cardID).links
            return links.count == accounts.count && links.allSatisfy { $0.validity == .valid }
        }
        // A delivery that was answered late is sent again, signed afresh: a row of its own in the inbox.
        try await eventually("every delivery is acknowledged and applied") {
            guard sandbox.deliveryCount(.pending) == 0 else { return false }
            return try await pool.query("select 1 from inbox where status = 'received' limit 1").isEmpty
        }
    }
}
