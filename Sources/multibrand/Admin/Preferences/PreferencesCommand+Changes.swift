import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension PreferencesCommand {
    struct Changes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every version of a card's preference, newest first.",
            discussion: "EXAMPLE\n  multibrand admin preferences changes card-1")
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
}
