import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin preferences`
struct PreferencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preferences",
        abstract: "Reward preferences: in force, at any past time as known at any other, and their rebuild.",
        discussion: """
            EXAMPLES
              multibrand admin preferences show card-1 --as-of 2026-11-01T00:00:00Z
              multibrand admin preferences changes card-1
              multibrand admin preferences rebuild --dry-run
            """,
        subcommands: [Show.self, Changes.self, Rebuild.self])
}

extension PreferencesCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the preference in force, or the one at another time.",
            discussion: """
                --as-of gives the preference valid at a time by the senders' own clocks, as known now. --known-at \
                ignores \
                everything recorded later, and so shows what an answer at that time was based on. docs/preferences.md \
                has \
                a diagram of the two times.

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

extension PreferencesCommand {
    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Rebuild preferences from the inbox, the platforms' calls and the operators' decisions, and repair "
                + "those that differ.",
            discussion: """
                Goes through all cards in order of id, or one with --card, and lists those whose stored preference \
                differs from their events. With --dry-run nothing is stored, and the exit code is \
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

extension Multibrand_V1_Preferences {
    var table: String {
        let shares = SharePercent.texts(links.map { Int($0.parts) })
        var table = TextTable([
            .text("program"), .number("parts"), .number("share %"), .text("account"), .text("checked"), .text("note"),
        ])
        for (link, share) in zip(links, shares) {
            let account = [link.destinationAccount.userID, link.destinationAccount.userEmail].filter { !$0.isEmpty }
            table.add([
                link.programID, "\(link.parts)", share, account.joined(separator: " "),
                link.validity.words,
                link.held ? "\(link.heldWords): admin inbox list --status held" : link.validityReason,
            ])
        }
        return "\(cardID), version \(version), in force since \(Moment.text(effectiveAt))\n"
            + table.rendered(whenEmpty: "Nothing is linked.")
    }
}

extension Multibrand_V1_Link {
    /// Why it is held.
    fileprivate var heldWords: String {
        heldReason == "MAY_BE_A_RETRY" ? "may be a retry, issuing waits" : "newer events disagree, issuing waits"
    }
}

extension Multibrand_V1_LinkValidity {
    var words: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unchecked: "not yet"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}
