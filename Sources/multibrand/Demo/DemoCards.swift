import CosmoSandbox
import MultibrandAPI
import SwiftProtobuf

/// The cards of the demo, and what their holders choose in the widget.
struct DemoCards {
    struct Choice {
        let programID: String
        let account: [String: String]
        let parts: Int32
    }

    struct DemoCard {
        let cardID: String
        let currency: String
        let choices: [Choice]
    }

    static let all: [DemoCard] = [
        DemoCard(
            cardID: "card-travel", currency: "USD",
            choices: [
                choice("prg_sky", "M-1001", 50), choice("prg_stay", "M-2001", 30), choice("prg_cash", "M-3001", 20),
            ]),
        DemoCard(
            cardID: "card-commute", currency: "USD",
            choices: [choice("prg_fuel", "M-4002", 1), choice("prg_stay", "M-2002", 1)]),
        DemoCard(
            cardID: "card-euro", currency: "EUR",
            choices: [choice("prg_stay", "M-2003", 1), choice("prg_sky", "M-1003", 2)]),
        DemoCard(
            cardID: "card-yen", currency: "JPY",
            choices: [
                Choice(programID: "prg_shop", account: ["destinationUserEmail": "member-yen@example.org"], parts: 1)
            ]),
        DemoCard(
            cardID: "card-dinar", currency: "KWD",
            choices: [
                Choice(
                    programID: "prg_rail",
                    account: ["destinationUserId": "R-5005", "destinationUserEmail": "member-dinar@example.org"],
                    parts: 3),
                choice("prg_stay", "M-2005", 2),
            ]),
    ]

    /// Registers the cards, has the sandbox send signed webhooks for what their holders chose, and waits until each took
    /// effect; then sets the shares.
    static func set(up running: LocalStack.Running, _ connection: AdminConnection) async throws {
        for card in all {
            let registered: Multibrand_V1_Card = try await connection.call(
                "PreferenceService/RegisterCard",
                Multibrand_V1_RegisterCardRequest.with {
                    $0.cardID = card.cardID
                    $0.userID = "user-" + card.cardID
                    $0.currencyCode = card.currency
                })
            let events = card.choices.map {
                SandboxConnectionEvent(
                    sourceUserId: registered.sourceUserID, destinationProgramId: $0.programID, type: "LINKED",
                    destinationAccount: $0.account)
            }
            try await running.cosmo.send(events)
            try await wait(for: "the webhooks of \(card.cardID)") {
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/GetPreferences",
                    Multibrand_V1_GetPreferencesRequest.with { $0.cardID = card.cardID })
                return preferences.links.count == card.choices.count
                    && preferences.links.allSatisfy { $0.validity == .valid }
            }
            let _: Multibrand_V1_Preferences = try await connection.call(
                "PreferenceService/SetAllocation",
                Multibrand_V1_SetAllocationRequest.with {
                    $0.cardID = card.cardID
                    $0.requestID = "demo-shares"
                    $0.shares = card.choices.map { choice in
                        Multibrand_V1_Share.with {
                            $0.programID = choice.programID
                            $0.parts = choice.parts
                        }
                    }
                })
        }
    }

    private static func choice(_ programID: String, _ account: String, _ parts: Int32) -> Choice {
        Choice(programID: programID, account: ["destinationUserId": account], parts: parts)
    }
}

/// Asks again until something holds.
///
/// **Errors** ``CommandFailure`` after a minute, which names what was waited for.
func wait(for what: String, until holds: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            throw CommandFailure(.failed, "waited a minute for \(what) in vain")
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}
