import Preferences

extension Boundary {
    /// The commit of a platform's call on a card's preference, which its request id makes safe to repeat.
    static let platform: [Boundary] = [linkProgram]

    static let linkProgram = Boundary(
        name: "LinkProgram",
        call: { _ = try await $0.linkProgram() },
        isApplied: { try await $0.number("select count(*) from preference_requests") > 0 },
        faults: expecting([
            ("requests", "select count(*) from preference_requests", 1),
            ("events", "select count(*) from connection_events", 1),
            ("links", "select count(*) from links where status = 'linked'", 3),
            ("versions", "select preference_version from cards", 2),
        ]))
}
