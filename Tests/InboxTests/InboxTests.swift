import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Inbox

/// Storing deliveries, listing them, and making them wait again.
@Suite struct InboxTests {
    static func with(_ body: @Sendable (Inbox, PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let inbox = Inbox(pool: pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                try await body(inbox, pool)
                group.cancelAll()
            }
        }
    }

    @Test("a delivery is one row however often it comes, and each arrival is counted")
    func repeats() async throws {
        try await Self.with { inbox, _ in
            let first = try await inbox.receive(.transaction, stamp: "1", body: [1, 2], authentication: "s1")
            #expect(first == .stored(first.id))
            let second = try await inbox.receive(.transaction, stamp: "1", body: [1, 2], authentication: "s2")
            #expect(second == .repeated(first.id))
            for (kind, stamp, body) in [
                (InboxKind.programConnection, "1", [UInt8](arrayLiteral: 1, 2)), (.transaction, "2", [1, 2]),
                (.transaction, "1", [1, 3]), (.transaction, "1", []),
            ] {
                let other = try await inbox.receive(kind, stamp: stamp, body: body, authentication: "s1")
                #expect(other == .stored(other.id) && other.id != first.id)
            }
            let entry = try await inbox.entry(first.id)
            #expect(entry.deliveries == 2 && entry.body == [1, 2] && entry.authentication == "s1")
            #expect(entry.status == .received && entry.dueAt != nil)
        }
    }

    @Test("equal deliveries that arrive together are stored once and answered all")
    func concurrentRepeats() async throws {
        try await Self.with { inbox, pool in
            let answers = try await withThrowingTaskGroup(of: Inbox.Received.self) { group in
                for index in 0..<400 {
                    group.addTask {
                        try await inbox.receive(
                            .transaction, stamp: "7", body: [UInt8(index % 8)], authentication: "s")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let stored = answers.filter { if case .stored = $0 { true } else { false } }
            #expect(stored.count == 8)
            #expect(Set(answers.map(\.id)).count == 8)
            let sum = try await pool.query("select sum(deliveries) as total from inbox").first?.get(
                "total", as: Int64.self)
            #expect(sum == 400)
        }
    }

    @Test("a delivery the database refuses fails alone, not those that share its batch")
    func refusedAlone() async throws {
        try await Self.with { inbox, _ in
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        let stamp = index == 13 ? String(repeating: "9", count: 1_000_000) : "\(index)"
                        let stored = try? await inbox.receive(
                            .transaction, stamp: stamp, body: [UInt8(index)], authentication: "s")
                        return stored != nil || index == 13
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.allSatisfy { $0 })
        }
    }

    @Test("without a timestamp the second of arrival is the stamp")
    func stampOfArrival() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let time = PostgresTimestamp(microsecondsSinceEpoch: 1_760_000_000_999_999)
            let inbox = Inbox(pool: pool, now: { time })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                let stored = try await inbox.receive(.transaction, stamp: nil, body: [], authentication: "basic")
                #expect(try await inbox.entry(stored.id).stamp == "1760000000")
                group.cancelAll()
            }
        }
    }

    @Test("pages go on where they left, filter, leave bodies out, and refuse what they do not know")
    func listing() async throws {
        try await Self.with { inbox, pool in
            for index in 0..<5 {
                _ = try await inbox.receive(
                    index.isMultiple(of: 2) ? .transaction : .programConnection, stamp: "\(index)", body: [9],
                    authentication: "s")
            }
            let list = ListInbox(pool: pool)
            let first = try await list(pageSize: 2)
            let second = try await list(pageSize: 2, pageToken: first.nextPageToken)
            let third = try await list(pageSize: 2, pageToken: second.nextPageToken)
            #expect((first.entries + second.entries + third.entries).map(\.stamp) == ["4", "3", "2", "1", "0"])
            #expect(third.nextPageToken.isEmpty)
            #expect(first.entries.allSatisfy { $0.body.isEmpty })
            #expect(try await list(kind: "transaction").entries.count == 3)
            #expect(try await list(status: "parked").entries.isEmpty)
            #expect(try await list(pageSize: 501).entries.count == 5)
            for (status, kind, size, token) in [
                ("x", "", 0, ""), ("", "x", 0, ""), ("", "", -1, ""), ("", "", 0, "abc"),
                ("", "", 0, "0"),
            ] {
                await #expect(throws: InboxError.self) {
                    try await list(status: status, kind: kind, pageSize: size, pageToken: token)
                }
            }
            await #expect(throws: InboxError.self) { try await inbox.entry(999) }
            await #expect(throws: InboxError.self) { try await inbox.replay(999) }
        }
    }
}
