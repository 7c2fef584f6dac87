import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Inbox

/// Which deliveries their sender knows to have arrived.
@Suite(.timeLimit(.minutes(15))) struct InboxAnswersTests {
    private static func answered(_ ids: [Int64], _ pool: PostgresPool) async throws -> Set<Int64> {
        Set(try await pool.all(InboxStore().answered(among: ids)))
    }

    @Test("an answer is noted in the background, once a delivery, and the first stays")
    func noted() async throws {
        try await InboxTests.with { inbox, pool in
            var ids: [Int64] = []
            for number in 0..<3 {
                ids.append(
                    try await inbox.receive(
                        .programConnection, stamp: "\(number)", body: [1], authentication: "s"
                    ).id)
            }
            #expect(try await Self.answered(ids, pool).isEmpty)
            for _ in 0..<2 { for id in ids.dropLast() { inbox.noteAnswered(id) } }
            // Notes are stored in order, so the last one vouches for those before it.
            while try await Self.answered(ids, pool).count < 2 { await Task.yield() }
            let first = try await pool.query("select min(answered_at) as at from inbox_answers").first?.get(
                "at", as: PostgresTimestamp.self)
            try await inbox.storeAnswered(ids[0])
            #expect(
                try await pool.query("select min(answered_at) as at from inbox_answers").first?.get("at") == first)
            #expect(try await Self.answered(ids, pool) == Set(ids.dropLast()))
        }
    }

    @Test("what was gathered is stored once more when the service stops")
    func stopped() async throws {
        try await InboxTests.with { inbox, pool in
            let id = try await inbox.receive(.programConnection, stamp: "1", body: [1], authentication: "s").id
            let answers = InboxAnswers(pool: pool, logger: Logger(label: "inbox-tests"))
            answers.note(id, at: .now)
            answers.shutDown()
            await answers.run()
            #expect(try await Self.answered([id], pool) == [id])
        }
    }

    @Test("a delivery held for one reason is shown held for another, and applied with the reason given for the last")
    func reasons() async throws {
        try await InboxTests.with { inbox, pool in
            let id = try await inbox.receive(.programConnection, stamp: "1", body: [1], authentication: "s").id
            let reasons = ["RETRY": "RETRY_OVER", "CONFLICT": "CONFLICT_OVER"]
            func run(_ statements: [PostgresStatement]) async throws -> String? {
                _ = try await pool.withTransaction { try await $0.pipeline(statements) }
                let entry = try await inbox.entry(id)
                return "\(entry.status.rawValue) \(entry.reason ?? "")"
            }
            #expect(try await run([InboxStore.settle(id, .applied, reason: nil, now: .now)]) == "applied ")
            #expect(try await run(InboxStore().hold([id], reason: "RETRY", now: .now)) == "held RETRY")
            #expect(
                try await run(InboxStore().hold([id], reason: "CONFLICT", now: .now))
                    == "held CONFLICT")
            #expect(try await run(InboxStore().release([id], reasons: reasons, now: .now)) == "applied CONFLICT_OVER")
            _ = try await run(InboxStore().hold([id], reason: "RETRY", now: .now))
            #expect(try await run(InboxStore().release([id], reasons: reasons, now: .now)) == "applied RETRY_OVER")
        }
    }
}
