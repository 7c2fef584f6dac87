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
            choices: [choice("prg_fuel", "M-4002", 60), choice("prg_stay", "M-2002", 40)]),
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

    /// Registers the cards, opens the widget of each and saves its holder's choice there, and waits until the signed
    /// webhooks that follow have made it the card's preference, shares included.
    static func set(up connection: AdminConnection) async throws {
        for card in all {
            let _: Multibrand_V1_Card = try await connection.call(
                "PreferenceService/RegisterCard",
                Multibrand_V1_RegisterCardRequest.with {
                    $0.cardID = card.cardID
                    $0.userID = "user-" + card.cardID
                    $0.currencyCode = card.currency
                })
            try await DemoWidget(connection: connection).choose(card.choices, for: card.cardID)
            let chosen = Dictionary(uniqueKeysWithValues: card.choices.map { ($0.programID, $0.parts) })
            var preferences = Multibrand_V1_Preferences()
            try await wait(for: "the choice of \(card.cardID) to become its preference") {
                preferences = try await connection.call(
                    "PreferenceService/GetPreferences",
                    Multibrand_V1_GetPreferencesRequest.with { $0.cardID = card.cardID })
                let inForce = Dictionary(uniqueKeysWithValues: preferences.links.map { ($0.programID, $0.parts) })
                return inForce == chosen && preferences.links.allSatisfy { $0.validity == .valid }
            }
            let shares = SharePercent.texts(preferences.links.map { Int($0.parts) })
            let words = zip(preferences.links, shares).map { "\($0.programID) \($1) %" }
            say("\(card.cardID) chose in the widget, and has: \(words.joined(separator: ", "))")
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
