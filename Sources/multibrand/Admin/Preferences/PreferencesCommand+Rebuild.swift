import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension PreferencesCommand {
    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Derive preferences again from the inbox and the platforms' calls, and repair those that differ.",
            discussion: """
                Goes through all cards in order of id, or one with --card, and lists those whose stored preference is not \
                what their events derive. With --dry-run nothing is stored, and the exit code is \
                \(ExitStatus.violations.rawValue) when there is a difference.

                EXAMPLES
                  multibrand admin preferences rebuild --dry-run
                  multibrand admin preferences rebuild --card card-1 --yes
                """)
        @OptionGroup var admin: AdminOptions
        @Option(help: "Only this card.") var card: String = ""
        @Flag(help: "Only compare.") var dryRun = false
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            if !dryRun { try confirm("Store what the events derive wherever it differs?", yes: yes) }
            let whole = try await admin.connected { connection in
                var whole = Multibrand_V1_RebuildPreferencesResponse()
                var bar = ProgressBar("rebuild", total: nil)
                var token = ""
                repeat {
                    let page: Multibrand_V1_RebuildPreferencesResponse = try await connection.call(
                        "AdminService/RebuildPreferences",
                        Multibrand_V1_RebuildPreferencesRequest.with {
                            $0.cardID = card
                            $0.dryRun = dryRun
                            $0.pageToken = token
                        })
                    whole.cardsChecked += page.cardsChecked
                    whole.differences += page.differences
                    token = page.nextPageToken
                    bar.update(done: whole.cardsChecked, note: "\(whole.differences.count) differ")
                } while !token.isEmpty
                bar.clear()
                try connection.show(whole) { whole.page(dryRun: dryRun) }
                return whole
            }
            if dryRun, !whole.differences.isEmpty { throw ExitStatus.violations.code }
        }
    }
}

extension Multibrand_V1_RebuildPreferencesResponse {
    func page(dryRun: Bool) -> String {
        guard !differences.isEmpty else { return "\(cardsChecked) cards are what their events derive." }
        var table = TextTable([.text("card"), .text("stored"), .text("derived"), .text("what differs")])
        for one in differences { table.add([one.cardID, one.storedWeights, one.derivedWeights, one.difference]) }
        return table.rendered()
            + "\n\n\(differences.count) of \(cardsChecked) cards differed"
            + (dryRun ? "; nothing was stored." : " and are repaired.")
    }
}
