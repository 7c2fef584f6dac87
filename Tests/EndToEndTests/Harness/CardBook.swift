import MultibrandAPI
import SwiftProtobuf

/// Cards with their holders' choices, and purchases on them, made from a seed.
struct CardBook: Sendable {
    /// One program of a card.
    struct Choice: Sendable {
        let programID: String
        let account: [String: String]
        let parts: Int32

        /// What the sandbox keeps the account's books under.
        var accountKey: String { account["destinationUserId"] ?? account["destinationUserEmail"] ?? "" }
    }

    /// A card with one to five programs.
    struct Card: Sendable {
        let cardID: String
        let currency: String
        let choices: [Choice]

        /// Whether one of its programs accepts whatever it is offered, so that nothing can be left over.
        var hasAcceptingProgram: Bool {
            choices.contains { ["prg_sky", "prg_shop", "prg_rail", "prg_cash"].contains($0.programID) }
        }
    }

    /// What the programs earn by: each of the three plugins, points and value.
    static let programs: [(programID: String, plugin: String, configuration: String)] = [
        ("prg_sky", "flat-rate", #"{"pointsPerMajorUnit": "1.5"}"#),
        (
            "prg_stay", "category",
            #"{"categories": "2026-11", "defaultRate": "1", "rates": [{"name": "TRAVEL", "codes": ["4511", "7011"], "#
                + #""rate": "4"}]}"#
        ),
        (
            "prg_fuel", "capped-tiers",
            #"{"tiers": [{"upTo": 200, "rate": "3"}, {"rate": "1"}], "cap": {"on": "earning", "limit": 90000, "#
                + #""beyond": "refuse"}}"#
        ),
        ("prg_shop", "flat-rate", #"{"pointsPerMajorUnit": "0.02"}"#),
        ("prg_rail", "flat-rate", #"{"pointsPerMajorUnit": "2.125"}"#),
        ("prg_cash", "flat-rate", #"{"percentBack": "1.25"}"#),
    ]

    let cards: [Card]

    init(cardCount: Int, random: inout SeededGenerator) {
        cards = (0..<cardCount).map { Self.card($0, &random) }
    }

    private static func card(_ number: Int, _ random: inout SeededGenerator) -> Card {
        // The sandbox takes value in USD only, so cash back belongs to cards in USD.
        let currency = ["USD", "USD", "EUR", "JPY", "KWD"][number % 5]
        let offered = programs.map(\.programID).filter { currency == "USD" || $0 != "prg_cash" }
        let programCount = 1 + number % 5
        return Card(
            cardID: "card-\(number)", currency: currency,
            choices: offered.shuffled(using: &random).prefix(programCount).sorted().map { programID in
                Choice(
                    programID: programID, account: account(number, programID),
                    parts: Int32.random(in: 1...40, using: &random))
            })
    }

    private static func account(_ number: Int, _ programID: String) -> [String: String] {
        switch programID {
        case "prg_shop": ["destinationUserEmail": "holder-\(number)@example.org"]
        case "prg_rail":
            ["destinationUserId": "R-\(7000 + number)", "destinationUserEmail": "holder-\(number)@example.org"]
        default: ["destinationUserId": "M-\(programID)-\(7000 + number)"]
        }
    }

    /// Purchases over all cards: most of them ordinary, some of a single minor unit, some at places that earn nothing.
    func purchases(_ count: Int, random: inout SeededGenerator) -> [Multibrand_V1_Spend] {
        let categories = ["5411", "5812", "4511", "7011", "5541", "6011", "7995", "5999"]
        return (0..<count).map { number in
            let card = cards[Int.random(in: 0..<cards.count, using: &random)]
            let amount = number % 17 == 0 ? 1 : Int64.random(in: 1...60_000, using: &random)
            let category = categories[Int.random(in: 0..<categories.count, using: &random)]
            return Multibrand_V1_Spend.with {
                $0.spendID = "spend-\(number)"
                $0.cardID = card.cardID
                $0.amount.currencyCode = card.currency
                $0.amount.minorUnits = amount
                $0.merchantCategoryCode = category
                $0.merchantName = "Corner Shop \(number % 50)"
                $0.merchantCountry = "US"
            }
        }
    }
}
