import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf

/// `multibrand explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain one spend: every number with where it comes from.",
        discussion: """
            Asks a running service for the page: what the purchase was, which version of the preference decided and why \
            that one, the step of the apportionment, each plugin's arithmetic and reason, what became of the points since, \
            refunds and debt. Accounts are masked. With --json the same facts for programs.

            EXAMPLES
              multibrand explain spend-1
              multibrand explain spend-1 --json
            """)

    @Argument(help: "The spend's id.") var spendID: String
    @OptionGroup var admin: AdminOptions

    func run() async throws {
        try await admin.connected { connection in
            let page: Multibrand_V1_SpendExplanation = try await connection.call(
                "SpendService/ExplainSpend", Multibrand_V1_ExplainSpendRequest.with { $0.spendID = spendID })
            print(connection.json ? try page.json() : page.text)
        }
    }
}

extension Multibrand_V1_SpendExplanation {
    /// The page as a person reads it: headings, and lines under them.
    var text: String {
        sections.map { section in
            let title = TextTable.printable(section.title)
            let lines = section.lines.map { "  " + TextTable.printable($0) }
            return ([title, String(repeating: "─", count: title.count)] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// One object of all sections' facts, by title in small letters.
    func json() throws -> String {
        let objects = try sections.map { section -> (String, Any) in
            let facts = try JSONSerialization.jsonObject(with: Data(section.factsJson.utf8), options: .fragmentsAllowed)
            return (section.title.lowercased(), facts)
        }
        let page = Dictionary(objects, uniquingKeysWith: { first, _ in first })
        let data = try JSONSerialization.data(
            withJSONObject: page, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}
