import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Issuance

/// What was planned for an account and never sent goes to the account that the card has by then.
@Suite struct ChangedAccountTests {
    private static func claim(_ stage: Stage) async throws -> [IssuanceRecord] {
        try await stage.pool.withTransaction { try await claim(stage, on: $0) }
    }

    private static func claim(_ stage: Stage, on connection: PostgresConnection) async throws -> [IssuanceRecord] {
        try await connection.pipeline(
            IssuanceStore.claim(
                [("prg_stay", 10)], lease: UUID().uuidString.lowercased(),
                until: stage.clock.now().advanced(by: .seconds(90)), at: stage.clock.now())
        ).flatMap { $0 }
    }

    private static func position(_ stage: Stage) async throws -> PositionView {
        try await stage.reads.position(cardID: "c1", programID: "prg_stay")
    }

    /// A card that is linked to `M-a` and has one issuance planned.
    private static func planned(_ stage: Stage, points: Int64 = 25) async throws {
        try await stage.earn("c1", "prg_stay", points: points, member: "M-a")
        try await stage.link("c1", "prg_stay", to: "M-a")
        try await stage.plan()
        #expect(try await stage.count("status = 'planned'") == 1)
    }

    @Test("What was planned for an account that the card has no longer is sent to the new one, under a new reference")
    func relinked() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            try await stage.link("c1", "prg_stay", to: "M-b", validity: .unchecked)
            #expect(try await Self.claim(stage).isEmpty, "senders pass over it before the planner has looked")
            #expect(try await stage.planner().planDue().withdrawnCount == 1)
            try await stage.plan()
            let withdrawn = try await stage.theIssuance()
            #expect(withdrawn.status == .withdrawn && withdrawn.reason == "ACCOUNT_CHANGED")
            #expect(withdrawn.settledBy == .account && withdrawn.settledAt != nil && withdrawn.dueAt == nil)
            var position = try await Self.position(stage)
            #expect(position.position.pendingMicro == 25_000_000 && position.blockedReason == "LINK_UNCHECKED")

            try await stage.link("c1", "prg_stay", to: "M-b")
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            let issuances = try await stage.reads.issuances().issuances
            #expect(issuances.map(\.status) == [.withdrawn, .confirmed])
            #expect(Set(issuances.map(\.referenceNumber)).count == 2)
            #expect(stage.sandbox.transactions().map(\.accountKey) == ["M-b"])
            position = try await Self.position(stage)
            #expect(position.position.issuedMicro == 25_000_000 && position.planAt == nil)
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("What waits for a paused program is withdrawn as well, and goes to the new account once it is resumed")
    func paused() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            stage.setTerms("prg_stay", ProgramTerms(isPaused: true))
            try await stage.link("c1", "prg_stay", to: "M-b")
            try await stage.plan()
            #expect(try await stage.theIssuance().status == .withdrawn)
            #expect(try await Self.position(stage).blockedReason == "PROGRAM_PAUSED")
            stage.setTerms("prg_stay", ProgramTerms())
            let resume = PositionStore.planProgram("prg_stay", at: stage.clock.now())[0]
            _ = try await stage.pool.query(resume.sql, resume.parameters)
            try await stage.plan()
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.accountKey) == ["M-b"])
        }
    }

    @Test("An account that comes back before the planner has looked keeps its issuance")
    func thereAndBack() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            try await stage.link("c1", "prg_stay", to: "M-b")
            try await stage.link("c1", "prg_stay", to: "M-a")
            try await stage.plan()
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.accountKey) == ["M-a"])
            #expect(try await stage.theIssuance().status == .accepted)
        }
    }

    @Test(
        "While a link is held its issuances wait; the decision, or the end of the time, says which account they go to")
    func held() async throws {
        for decision in ["M-a", "M-b", nil] as [String?] {
            try await Stage.with { stage in
                try await Self.planned(stage)
                let end = stage.clock.now().advanced(by: .seconds(60))
                try await stage.link("c1", "prg_stay", to: "M-b", waitsUntil: end)
                try await stage.plan()
                #expect(try await stage.theIssuance().status == .planned, "it is open which account is the card's")
                #expect(try await Self.position(stage).blockedReason == "LINK_HELD")
                if let decision {
                    try await stage.link("c1", "prg_stay", to: decision)
                } else {
                    stage.clock.advance(.seconds(61))
                    #expect(try await Self.claim(stage).isEmpty, "the planner has not looked yet")
                }
                try await stage.plan()
                try await stage.send()
                #expect(stage.sandbox.transactions().map(\.accountKey) == [decision ?? "M-b"])
                #expect(try await stage.count("status = 'withdrawn'") == (decision == "M-a" ? 0 : 1))
                try await stage.checkBooks()
            }
        }
    }

    @Test("A pair that has no account any more gives back what was planned")
    func noAccount() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            try await stage.link("c1", "prg_stay", to: nil)
            #expect(try await Self.claim(stage).isEmpty)
            try await stage.plan()
            #expect(try await stage.theIssuance().status == .withdrawn)
            #expect(try await Self.position(stage).blockedReason == "LINK_MISSING")
        }
    }

    @Test("What was tried and certainly not sent is withdrawn; what was unknown keeps its account and its reference")
    func tried() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25, member: "M-a")
            try await stage.earn("c2", "prg_stay", points: 30, member: "M-a")
            for card in ["c1", "c2"] { try await stage.link(card, "prg_stay", to: "M-a") }
            try await stage.plan()
            // c1 is never reached, c2 is lost on the way; both are to be sent again when their cards have other
            // accounts.
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let isLost = request.value == 30
                throw CosmoError(
                    call: .issuance, kind: isLost ? .unknown : .notSent,
                    reason: isLost ? .timedOut : .connectionFailed)
            }
            try await stage.send(stub)
            while try await stage.count("status = 'unknown'") > 0 {
                stage.clock.advance(.seconds(700))
                try await stage.resolve()
            }
            #expect(try await stage.count("status = 'planned' and attempts > 0") == 2)
            for card in ["c1", "c2"] { try await stage.link(card, "prg_stay", to: "M-b") }
            try await stage.plan()
            let issuances = try await stage.reads.issuances().issuances.sorted { $0.cardID < $1.cardID }
            #expect(issuances.map(\.status) == [.withdrawn, .planned, .planned])
            stage.clock.advance(.seconds(700))
            try await stage.send()
            let issued = stage.sandbox.transactions().sorted { $0.value < $1.value }
            #expect(issued.map(\.accountKey) == ["M-b", "M-a"])
            #expect(issued[1].referenceNumber == issuances[2].referenceNumber)
            try await stage.checkBooks()
        }
    }

    @Test("An issuance that is under way when the account changes is withdrawn once it is known that it was not sent")
    func underWay() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            let stub = StubCosmo(stage.cosmo) { _ throws(CosmoError) in
                try? await stage.link("c1", "prg_stay", to: "M-b")
                try? await stage.plan()
                throw CosmoError(call: .issuance, kind: .notSent, reason: .connectionFailed)
            }
            let sender = stage.sender(stub)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("the call has ended") {
                    try await stage.count("status = 'planned' and attempts = 1") == 1
                }
                sender.stop()
                try await group.waitForAll()
            }
            #expect(try await Self.position(stage).planAt != nil, "the planner is asked to look again")
            try await stage.plan()
            try await stage.send()
            #expect(try await stage.reads.issuances().issuances.map(\.status) == [.withdrawn, .accepted])
            #expect(stage.sandbox.transactions().map(\.accountKey) == ["M-b"])
        }
    }

    @Test("What is withdrawn for another account also covers what the position owes")
    func withDebt() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage, points: 10)
            try await stage.link("c1", "prg_stay", to: "M-b")
            try await stage.plan()
            try await stage.earn("c1", "prg_stay", points: 20, member: "M-b")
            try await stage.plan()
            // 10 and 20 are planned for M-b.
            try await stage.link("c1", "prg_stay", to: "M-c")
            try await stage.clawBack("c1", "prg_stay", points: 12)
            #expect(try await stage.planner().planDue().withdrawnCount == 2)
            try await stage.plan()
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.value) == [18])
            #expect(stage.sandbox.transactions().map(\.accountKey) == ["M-c"])
            #expect(try await stage.count("status = 'withdrawn' and reason = 'ACCOUNT_CHANGED'") == 3)
            try await stage.checkBooks()
            try await stage.checkDebts()
        }
    }

    @Test("A claim and the change of an account exclude each other until the commit")
    func race() async throws {
        try await Stage.with { stage in
            try await Self.planned(stage)
            let change = stage.linking("c1", "prg_stay", to: "M-b")
            // Changed and not committed: a sender goes on to others, and does not wait.
            try await stage.pool.withConnection { first in
                _ = try await first.query("begin")
                _ = try await first.pipeline(change)
                #expect(try await Self.claim(stage).isEmpty)
                _ = try await first.query("rollback")
            }
            // Claimed and not committed: the change waits, and so does what withdraws.
            try await stage.pool.withConnection { first in
                _ = try await first.query("begin")
                #expect(try await Self.claim(stage, on: first).count == 1)
                let error = await #expect(throws: PostgresError.self) {
                    try await stage.pool.withTransaction { second in
                        _ = try await second.query("set local lock_timeout = '200ms'")
                        _ = try await second.pipeline(change)
                    }
                }
                #expect(error?.sqlState?.rawValue == "55P03", "the change waits for the claim's lock")
                stage.show("c1", "prg_stay", to: "M-b")
                #expect(try await stage.planner().planDue().withdrawnCount == 0)
                _ = try await first.query("commit")
            }
            // Claimed and committed: it is under way to the first account, whatever the card is linked to.
            try await stage.link("c1", "prg_stay", to: "M-b")
            #expect(try await stage.planner().planDue().withdrawnCount == 0)
            #expect(try await stage.theIssuance().status == .sending)
        }
    }

    @Test("Senders, planners and changes of accounts at once: every point is issued once, to an account of its card")
    func everythingAtOnce() async throws {
        try await Stage.with(
            sandbox: { $0.switches.sendsTransactionWebhooks = false }, issuance: { $0.pollInterval = .milliseconds(1) }
        ) { stage in
            let cards = (0..<60).map { "c\($0)" }
            for card in cards {
                try await stage.earn(card, "prg_stay", points: 7, member: "M-a")
                try await stage.link(card, "prg_stay", to: "M-a")
            }
            try await stage.plan()
            let sender = stage.sender()
            let planner = stage.plannerOfLinks()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                let planning = Task { try await planner.run() }
                // From the other end, so that the two meet.
                for card in cards.reversed() { try await stage.link(card, "prg_stay", to: "M-b") }
                try await eventually("everything is sent") {
                    planner.wake()
                    return try await stage.count("status = 'accepted'") == cards.count
                }
                sender.stop()
                planning.cancel()
                _ = await planning.result
                try await group.waitForAll()
            }
            let issued = stage.sandbox.transactions()
            #expect(issued.count == cards.count && issued.allSatisfy { $0.value == 7 })
            #expect(Set(issued.map(\.accountKey)).isSubset(of: ["M-a", "M-b"]))
            print("changed accounts: \(issued.count { $0.accountKey == "M-b" }) of \(issued.count) to the new one")
            try await stage.checkBooks()
        }
    }

    @Test("The migration has the planner look at what was planned for accounts that had changed before it")
    func migration() async throws {
        let all = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("migrations").path
        let early = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: early, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: early) }
        for name in try FileManager.default.contentsOfDirectory(atPath: all) where name < "0018" {
            try FileManager.default.copyItem(atPath: all + "/" + name, toPath: early.appendingPathComponent(name).path)
        }
        try await TestDatabase.withDatabase(migrations: early.path) { pool, _ in
            try await pool.withConnection {
                try await $0.execute(
                    """
                    insert into positions (card_id, program_id, unit, earned_micro, in_flight_micro)
                    select card, 'prg_stay', 'points', 5000000, 5000000 from unnest(array['same', 'other', 'read']) \
                    card;
                    insert into links (card_id, program_id, status, account)
                    select card, 'prg_stay', 'linked', jsonb_build_object('destinationUserId', member)
                    from (values ('same', 'M-a'), ('other', 'M-b'), ('read', 'M-b')) l (card, member);
                    insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                        sent_currency, account, attempts, reads, due_at)
                    select card, 'mb-' || card, 'prg_stay', 'points', 5000000, 5, 'POINTS',
                        '{"destinationUserId": "M-a"}', reads, reads, now()
                    from (values ('same', 0), ('other', 0), ('read', 2)) i (card, reads);
                    """)
            }
            try await Migrator(pool: pool, source: .directory(all), logger: Stage.logger).migrate()
            let due = try await pool.query("select card_id from positions where plan_at is not null")
            #expect(try due.map { try $0.get("card_id", as: String.self) } == ["other"])
        }
    }
}
