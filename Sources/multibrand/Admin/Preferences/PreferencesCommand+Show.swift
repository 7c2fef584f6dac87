import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension PreferencesCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the preference in force, or the one of another time.",
            discussion: """
                --as-of asks what was in force at a time by the senders' own clocks, as it is known now. --known-at leaves \
                out whatever was recorded later: what an answer given at that time was based on. docs/preferences.md has \
                the two times in a picture.

                EXAMPLES
                  multibrand admin preferences show card-1
                  multibrand admin preferences show card-1 --as-of 2026-11-01T00:00:00Z
                  multibrand admin preferences show card-1 --as-of 2026-11-01T00:00:00Z --known-at 2026-11-02T09:00:00Z
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Option(help: "The preference valid at this time (RFC 3339) instead.") var asOf: String?
        @Option(help: "Only what had been recorded by this time (RFC 3339).") var knownAt: String?

        func run() async throws {
            let valid = try asOf.map { try Moment.parse($0) }
            let known = try knownAt.map { try Moment.parse($0) }
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/GetPreferences",
                    Multibrand_V1_GetPreferencesRequest.with {
                        $0.cardID = cardID
                        if let valid { $0.asOf = valid }
                        if let known { $0.knownAt = known }
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }
}
