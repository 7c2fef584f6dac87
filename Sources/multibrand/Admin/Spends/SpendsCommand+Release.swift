import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension SpendsCommand {
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide what is held, now, under the preference in force.",
            discussion: """
                Without a card: on every card that has links. A card without links keeps what it holds. What is refused once
                more is excluded for good. Repeating the command goes on where it stopped.

                EXAMPLES
                  multibrand admin spends release card-1
                  multibrand admin spends release
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id; every card without it.") var cardID: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ReleaseHeldResponse = try await connection.call(
                    "AdminService/ReleaseHeld", Multibrand_V1_ReleaseHeldRequest.with { $0.cardID = cardID })
                try connection.show(answer) {
                    let reasons = answer.notReleasedByReason.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                    let others = reasons.isEmpty ? "" : " Not released: \(reasons.joined(separator: ", "))."
                    return "The held money of \(answer.released) spends was decided.\(others)"
                }
            }
        }
    }
}
