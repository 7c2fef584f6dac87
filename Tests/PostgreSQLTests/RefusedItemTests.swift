import PostgreSQL
import PostgreSQLCluster
import Synchronization
import Testing

@Suite("An item that the database refuses", .timeLimit(.minutes(15)))
struct RefusedItemTests {
    /// A table that takes no number below zero.
    private static func with(_ body: (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 3) { pool, _ in
            _ = try await pool.query("create table t (n int8 primary key check (n >= 0))")
            try await body(pool)
        }
    }

    @Sendable private static func insert(_ items: [Int], in pool: PostgresPool) async throws -> [Result<Int, any Error>]
    {
        try await pool.withTransaction { connection in
            _ = try await connection.query(
                "insert into t select unnest($1::int8[])", [.int8Array(items.map(Int64.init))])
        }
        return items.map { .success($0) }
    }

    private static func isRefused(_ answer: Result<Int, any Error>) -> Bool {
        guard case .failure(let error) = answer else { return false }
        return (error as? PostgresError)?.meaning == .refusedRow
    }

    @Test("is found in halves and fails alone", arguments: [[37], [0], [99], [10, 11, 80]])
    func halves(_ refused: [Int]) async throws {
        try await Self.with { pool in
            let items = (0..<100).map { refused.contains($0) ? -$0 - 1 : $0 }
            let commits = Counter()
            let answers = await commitInHalves(items) { part in
                commits.increment()
                return try await Self.insert(part, in: pool)
            }
            #expect(answers.indices.filter { Self.isRefused(answers[$0]) } == refused)
            #expect(answers.compactMap { try? $0.get() } == items.filter { $0 >= 0 })
            let kept = try await pool.query("select count(*) from t")[0].value(as: Int64.self)
            #expect(kept == Int64(100 - refused.count))
            // The batch, and at most two parts on each of the seven levels below it for each refused one.
            #expect(commits.value <= 1 + 14 * refused.count)
        }
    }

    @Test("lets no later item of a key pass one that was put off")
    func order() async throws {
        let items = ["a1", "b1", "bad", "a2", "b2"]
        let answers = await commitInHalves(items, key: { String($0.prefix(1)) }) { part in
            if part.contains("bad") { throw Refused() }
            // The row of a is held when a1 is tried, and free again afterwards.
            return part.map { $0 == "a1" ? .failure(GroupCommitPutOff()) : .success($0) }
        }
        #expect(answers.map { try? $0.get() } == [nil, "b1", nil, nil, "b2"])
        let putOff = answers.map { if case .failure(let error) = $0 { error is GroupCommitPutOff } else { false } }
        #expect(putOff == [true, false, false, true, false])
    }

    private struct Refused: Error {}

    @Test("takes no caller along that shares its batch")
    func neighbours() async throws {
        try await Self.with { pool in
            let committer = GroupCommitter<Int, Int>(lanes: 2, itemsPerBatchMax: 64) { items in
                try await Self.insert(items, in: pool)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await committer.run() }
                await withTaskGroup(of: Void.self) { callers in
                    for item in 0..<300 {
                        callers.addTask {
                            let isBad = item.isMultiple(of: 50)
                            do {
                                let answer = try await committer.submit(isBad ? -1 - item : item)
                                #expect(answer == item)
                            } catch {
                                #expect(isBad && Self.isRefused(.failure(error)), "\(item): \(error)")
                            }
                        }
                    }
                }
                committer.shutDown()
                try await group.waitForAll()
            }
            let kept = try await pool.query("select count(*) from t")[0].value(as: Int64.self)
            #expect(kept == 294)
        }
    }

    @Test("is not looked for when no item can be to blame")
    func outage() async throws {
        try await Self.with { pool in
            let commits = Counter()
            let answers: [Result<Int, any Error>] = await commitInHalves([1, 2, 3]) { _ in
                commits.increment()
                _ = try await pool.query("select n from nowhere")
                return []
            }
            #expect(commits.value == 1 && answers.count == 3)
            for answer in answers {
                guard case .failure(let error as PostgresError) = answer else {
                    Issue.record("\(answer)")
                    continue
                }
                #expect(error.meaning == .refusedStatement)
            }
        }
    }

    @Test("that makes the commit throw an error of its own fails alone, too")
    func ownError() async {
        struct Odd: Error, Equatable { let item: Int }
        let answers = await commitInHalves([2, 4, 5, 6]) { part in
            if let odd = part.first(where: { !$0.isMultiple(of: 2) }) { throw Odd(item: odd) }
            return part.map { .success($0) }
        }
        #expect(answers.compactMap { try? $0.get() } == [2, 4, 6])
        #expect(throws: Odd(item: 5)) { try answers[2].get() }
    }
}
