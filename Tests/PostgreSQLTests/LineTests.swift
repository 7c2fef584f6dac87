import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("A line for a lock", .timeLimit(.minutes(15)))
struct LineTests {
    private static let lock = "select from t where n = 1 for update nowait"

    private static func with(poolSizeMax: Int = 2, _ body: (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: poolSizeMax) { pool, _ in
            _ = try await pool.query("create table t (n int8 primary key, sum int8)")
            _ = try await pool.query("insert into t values (1, 0)")
            try await body(pool)
        }
    }

    /// Adds one to the row's sum, by reading it first.
    private static func increment(_ pool: PostgresPool, patience: Duration = .seconds(50)) async throws {
        try await pool.withLine("t:1", patience: patience) {
            try await pool.withTransaction { connection in
                _ = try await connection.query(lock)
                let sum: Int64 = try await connection.query("select sum from t where n = 1")[0].value()
                _ = try await connection.query("update t set sum = $1 where n = 1", [.int8(sum + 1)])
            }
        }
    }

    @Test("while somebody else holds the row, the callers who wait keep no connection, and later each has its turn")
    func waiting() async throws {
        try await Self.with { pool in
            let (isHeld, release) = (Gate(), Gate())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query(Self.lock)
                        isHeld.open()
                        await release.pass()
                    }
                }
                await isHeld.pass()
                for _ in 0..<50 { group.addTask { try await Self.increment(pool) } }
                while pool.waitingInLines < 49 { await Task.yield() }
                // The only other connection answers all the same.
                for number in 0..<20 {
                    #expect(try await pool.query("select $1::int8", [.int(number)])[0].value() == number)
                }
                release.open()
                try await group.waitForAll()
            }
            #expect(try await pool.query("select sum from t")[0].value() == 50)
            #expect(pool.waitingInLines == 0)
        }
    }

    @Test("a caller whose patience ends is answered that the lock is busy, with nothing done, and the next goes on")
    func patience() async throws {
        try await Self.with { pool in
            let (isHeld, release) = (Gate(), Gate())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query(Self.lock)
                        isHeld.open()
                        await release.pass()
                    }
                }
                await isHeld.pass()
                await withTaskGroup(of: Bool.self) { callers in
                    for _ in 0..<3 {
                        callers.addTask {
                            do {
                                try await Self.increment(pool, patience: .milliseconds(30))
                                return false
                            } catch { return (error as? PostgresError)?.meaning == .contended }
                        }
                    }
                    for await isBusy in callers { #expect(isBusy) }
                }
                release.open()
                try await group.waitForAll()
            }
            try await Self.increment(pool)
            #expect(try await pool.query("select sum from t")[0].value() == 1)
        }
    }

    @Test("a cancelled caller leaves its line")
    func cancellation() async throws {
        try await Self.with { pool in
            let (isIn, release) = (Gate(), Gate())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withLine("a") {
                        isIn.open()
                        await release.pass()
                    }
                }
                await isIn.pass()
                let waiting = Task { try await pool.withLine("a") {} }
                while pool.waitingInLines < 1 { await Task.yield() }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
                #expect(pool.waitingInLines == 0)
                try await pool.withLine("b") {}
                release.open()
                try await group.waitForAll()
            }
            try await pool.withLine("a") {}
        }
    }

    @Test("callers that name several lines in any order never wait for each other in a circle")
    func severalLines() async throws {
        try await Self.with { pool in
            let (entered, left) = (Counter(), Counter())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    let keys = [["a", "b", "c"], ["c", "a"], ["b", "a"], ["c", "b", "a", "b"]][number % 4]
                    group.addTask {
                        try await pool.withLines(keys) {
                            // All of them name the line "a", so one is inside at a time.
                            #expect(entered.increment() == left.value + 1)
                            for _ in 0..<5 { await Task.yield() }
                            left.increment()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(left.value == 60 && pool.waitingInLines == 0)
            #expect(try await pool.withLines([]) { 1 } == 1)
        }
    }

    @Test("while its lock is refused, a caller keeps its turn in the first line alone")
    func refusedInSeveralLines() async throws {
        try await Self.with { pool in
            let isServed = Gate()
            let attempts = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withLines(["a", "b"]) {
                        // Refused until somebody else has had the second line.
                        attempts.increment()
                        if !isServed.isOpen { throw PostgresError.lockRefused }
                    }
                }
                while attempts.value == 0 { await Task.yield() }
                try await pool.withLine("b") { isServed.open() }
                try await group.waitForAll()
            }
            #expect(attempts.value > 1)
        }
    }

    @Test("a caller that waits for its second line in vain is answered that the lock is busy, and leaves the first")
    func patienceInSecondLine() async throws {
        try await Self.with { pool in
            let (isIn, release) = (Gate(), Gate())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withLine("b") {
                        isIn.open()
                        await release.pass()
                    }
                }
                await isIn.pass()
                let error = try await postgresError {
                    try await pool.withLines(["a", "b"], patience: .milliseconds(30)) {}
                }
                #expect(error.meaning == .contended)
                try await pool.withLine("a") {}
                release.open()
                try await group.waitForAll()
            }
        }
    }

    @Test("a line cannot be entered in the turn of another")
    func nested() async throws {
        try await Self.with { pool in
            let error = try await postgresError {
                try await pool.withLine("b") { try await pool.withLine("a") {} }
            }
            #expect(error.kind == .invalidUse)
            try await pool.withLines(["a", "b"]) {}
        }
    }

    @Test("what only reads is read again over another connection, and is never said to have had an effect")
    func reading() async throws {
        try await Self.with { pool in
            let runs = Counter()
            let breaks = "select pg_terminate_backend(pg_backend_pid())"
            let value: Int64 = try await pool.reading {
                let isFirst = runs.increment() == 1
                return try await pool.query(isFirst ? breaks : "select 7::int8")[0].value()
            }
            #expect(value == 7 && runs.value == 2)
            let error = try await postgresError { try await pool.reading { _ = try await pool.query(breaks) } }
            #expect(error.meaning == .unreachable && !error.meaning.mayHaveTakenEffect)
            // A statement alone may have had an effect.
            let alone = try await postgresError { _ = try await pool.query(breaks) }
            #expect(alone.meaning == .interrupted)
        }
    }

    @Test("an urgent caller gets the next free connection before all who came earlier")
    func urgency() async throws {
        try await Self.with(poolSizeMax: 1) { pool in
            let (isHeld, release) = (Gate(), Gate())
            let order = Order()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withConnection { _ in
                        isHeld.open()
                        await release.pass()
                    }
                }
                await isHeld.pass()
                for (number, isUrgent) in [false, false, true, true].enumerated() {
                    group.addTask {
                        try await pool.withConnection(isUrgent: isUrgent) { _ in order.append(number) }
                    }
                    while pool.statistics.waiting < number + 1 { await Task.yield() }
                }
                release.open()
                try await group.waitForAll()
            }
            #expect(order.numbers == [2, 3, 0, 1])
        }
    }
}
