import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf

/// `multibrand explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain one spend: every number with its source.",
        discussion: """
            Asks a running service for the page: what the purchase was, which version of the preference decided and \
            why \
            that one, the step of the apportionment, each plugin's arithmetic and reason, what became of the points \
            since, \
            refunds and debt. Accounts are masked. With --json the whole message, in which each number says which row \
            it comes from.

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
            try connection.show(page) { page.text }
        }
    }
}

extension Multibrand_V1_SpendExplanation {
    /// The page as a person reads it: headings, and lines under them.
    var text: String {
        ExplanationPage(self).sections.map { section in
            let title = TextTable.printable(section.title)
            let lines = section.lines.map { "  " + TextTable.printable($0) }
            return ([title, String(repeating: "─", count: title.count)] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
