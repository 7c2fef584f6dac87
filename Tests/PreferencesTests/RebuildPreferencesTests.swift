import Cosmo
import Inbox
import OperatorRecord
import PostgreSQL
import Testing

@testable import Preferences

/// Preferences derived again from the inbox and the platforms' calls.
@Suite struct RebuildPreferencesTests {
    /// A card with links by webhook and by call, parts by event and by allocation, and a conflict that was resolved.
    static func prepare(_ room: InboxRoom) async throws {
        let second = room.room.clock.second
        _ = try await room.room.register("card-1", source: "u-1")
        try await room.deliver(Delivery(second: second))
        try await room.deliver(Delivery(program: "prg_b", account: "M-2", parts: 3, second: second + 1))
        room.room.clock.advance(seconds: 20)
        try await room.link("prg_c", account: "M-3", parts: 5, "r-1")
        try await room.allocate([("prg_a", 2), ("prg_c", 4)], "r-2")
        try await room.deliver(Delivery(program: "prg_d", second: second + 10))
        let rival = try await room.deliver(Delivery(program: "prg_d", type: "DELINKED", second: second + 10))
        _ = try await ResolveHeldEvent(context: room.room.context)(inboxID: rival.id, operatorID: "op")
        room.room.clock.advance(seconds: 20)
    }

    @Test("what SQL by hand broke is named by a dry run, mended by a rebuild, and recorded", arguments: Corruption.all)
    func mends(corruption: Corruption) async throws {
        try await InboxRoom.with { room in
            try await Self.prepare(room)
            let shape = try await room.room.shape("card-1")
            let links = try await room.current("card-1")
            #expect(links == ["prg_a M-1 2", "prg_b M-2 3", "prg_c M-3 4"])
            let known = room.room.clock.now.microsecondsSinceEpoch
            room.room.clock.advance(seconds: 5)
            let audit = AuditEntry(clientID: "op", action: "RebuildPreferences", subject: "preferences")
            let untouched = try await room.rebuild(dryRun: false, by: "op", audit: audit)
            #expect(untouched.cardsChecked == 1 && untouched.differences.isEmpty)
            #expect(try await room.recorded() == ["RebuildPreferences preferences by op"])

            try await room.room.pool.withConnection { try await $0.execute(corruption.sql) }
            let broken = try await Self.dump(room)
            let dry = try await room.rebuild(cardID: "card-1", dryRun: true, by: "op")
            #expect(try await Self.dump(room) == broken)
            let description = dry.differences.map(\.description).joined()
            #expect(description.contains(corruption.words), "\(description)")
            #expect(!description.contains("M-1") && !description.contains("THIEF"))

            let page = try await room.rebuild(dryRun: false, by: "op")
            #expect(page.differences.map(\.cardID) == ["card-1"])
            #expect(page.differences.first?.derivedWeights == "prg_a:2,prg_b:3,prg_c:4")
            #expect(try await room.room.shape("card-1") == shape)
            #expect(try await room.current("card-1") == links)
            #expect(try await room.past("card-1") == links)
            #expect(try await room.past("card-1", knownAt: known) == links)
            #expect(try await room.rebuild(dryRun: true, by: "op").differences.isEmpty)
            // And what comes next finds everything in its place.
            try await room.deliver(Delivery(type: "DELINKED", second: room.room.clock.second))
            #expect(try await room.current("card-1") == ["prg_b M-2 3", "prg_c M-3 4"])
            #expect(try await room.rebuild(dryRun: true, by: "op").differences.isEmpty)
        }
    }

    @Test("a version that a rebuild makes says so, keeps its forerunners, and is recorded with who asked")
    func version() async throws {
        try await InboxRoom.with { room in
            try await Self.prepare(room)
            let before = try await ListPreferenceChanges(context: room.room.context)(cardID: "card-1").changes
            try await room.room.pool.withConnection {
                try await $0.execute("update preference_versions set weights = 'prg_a:1' where version = 2")
                try await $0.execute(
                    "update preference_versions set weights = 'prg_a:1' where version = (select max(version) "
                        + "from preference_versions)")
            }
            let audit = AuditEntry(clientID: "ada", action: "RebuildPreferences", subject: "preferences")
            _ = try await room.rebuild(dryRun: false, by: "ada", audit: audit)
            let after = try await ListPreferenceChanges(context: room.room.context)(cardID: "card-1").changes
            #expect(after.dropFirst().map(\.preferences.version) == before.map(\.preferences.version))
            #expect(after.first?.cause == PreferenceCause(.rebuild, id: "ada"))
            #expect(after.first?.preferences.links == before.first?.preferences.links)
            #expect(
                try await room.recorded() == [
                    "RebuildPreferences card-1 by ada, \(before.count + 1)", "RebuildPreferences preferences by ada",
                ])
            // A past version that decisions pin stays as it is, even a broken one.
            let stored: String? = try await room.room.pool.query(
                "select weights from preference_versions where version = 2"
            ).first?.get("weights")
            #expect(stored == "prg_a:1")
        }
    }

    @Test("the check of an account is kept when the account is right, and asked for again when it was another")
    func checks() async throws {
        try await InboxRoom.with { room in
            try await Self.prepare(room)
            try await room.room.pool.withConnection {
                try await $0.execute(
                    """
                    update links set validity = 'valid', validity_checked_at = now(), validity_due_at = null;
                    update links set status = 'delinked' where program_id = 'prg_a';
                    update links set account = '{"destinationUserId":"THIEF"}' where program_id = 'prg_b';
                    """)
            }
            _ = try await room.rebuild(dryRun: false, by: "op")
            let links = try await room.room.current("card-1").links
            #expect(links.map { $0.check?.validity } == [.valid, .unchecked, .valid])
            #expect(room.room.usable.all.contains("card-1 prg_b"))
            #expect(!room.room.usable.all.contains("card-1 prg_a"))
        }
    }

    @Test("pages go over all cards; when the set itself is mended, every card of its source user follows at once")
    func pages() async throws {
        try await InboxRoom.with { room in
            let second = room.room.clock.second
            for index in 0..<7 {
                let card = "card-\(index)"
                _ = try await room.room.register(card, source: index < 5 ? "u-\(index)" : "u-shared")
            }
            for source in ["u-0", "u-1", "u-2", "u-3", "u-4", "u-shared"] {
                try await room.deliver(Delivery(source: source, second: second))
            }
            try await room.room.pool.withConnection {
                try await $0.execute(
                    """
                    delete from connection_events where source_user_id in ('u-1', 'u-shared');
                    delete from links where card_id in ('card-1', 'card-5', 'card-6');
                    """)
            }
            var token = ""
            var checked: [Int] = []
            var found: [String] = []
            repeat {
                let page = try await room.rebuild(dryRun: false, pageSize: 3, pageToken: token, by: "op")
                checked.append(page.cardsChecked)
                found += page.differences.map(\.cardID)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(checked == [3, 4, 1])
            #expect(found == ["card-1", "card-5", "card-6"])
            for index in 0..<7 { #expect(try await room.current("card-\(index)") == ["prg_a M-1 1"]) }
            #expect(try await room.rebuild(dryRun: true, by: "op").differences.isEmpty)
        }
    }

    @Test("a delivery that still waits for the worker is no difference, nor one that says nothing")
    func waitingDeliveries() async throws {
        try await InboxRoom.with { room in
            try await Self.prepare(room)
            for body in ["[]", #"{"sourceUserId":"u-1","destinationProgramId":"prg_a","type":"MERGED"}"#] {
                _ = try await room.inbox.receive(
                    .programConnection, stamp: "1", body: Array(body.utf8), authentication: "test")
            }
            try await room.worker.applyDue()
            let waiting = Delivery(type: "DELINKED", second: room.room.clock.second)
            _ = try await room.inbox.receive(
                .programConnection, stamp: waiting.stamp, body: Array(waiting.body.utf8), authentication: "test")
            #expect(try await room.rebuild(dryRun: false, by: "op").differences.isEmpty)
            #expect(try await room.current("card-1").count == 3)
            // One that took effect and is being replayed still counts.
            try await room.worker.applyDue()
            _ = try await room.inbox.replay(1)
            #expect(try await room.rebuild(dryRun: false, by: "op").differences.isEmpty)
            try await room.worker.applyDue()
            #expect(try await room.current("card-1").count == 2)
        }
    }

    @Test("bad arguments are refused and an unknown card is not found")
    func refusals() async throws {
        try await InboxRoom.with { room in
            let rebuild = room.rebuild
            #expect(
                await PlatformCallTests.reason { _ = try await rebuild(cardID: "nobody", dryRun: true, by: "op") }
                    == .unknownCard)
            #expect(
                await PlatformCallTests.reason { _ = try await rebuild(dryRun: true, pageToken: "%", by: "op") }
                    == .badPageToken)
            #expect(
                await PlatformCallTests.reason { _ = try await rebuild(dryRun: true, pageSize: -1, by: "op") }
                    == .invalidArgument)
        }
    }

    /// Everything a dry run must leave as it is.
    private static func dump(_ room: InboxRoom) async throws -> [String] {
        var lines: [String] = []
        for table in ["cards", "links", "preference_versions", "connection_events", "connection_decisions", "inbox"] {
            let rows = try await room.room.pool.query(
                "select coalesce(string_agg(t::text, '|' order by t::text), '') as text from \(table) t")
            lines.append(try rows.first?.get("text") ?? "")
        }
        return lines
    }
}
