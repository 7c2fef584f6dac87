import Testing
import Waiting

@Suite("Gates", .timeLimit(.minutes(5)))
struct GateTests {
    @Test("no more are inside than the gate is wide, and all get in")
    func width() async throws {
        let gate = Gate(width: 3)
        let inside = Locked((now: 0, most: 0, total: 0))
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<500 {
                group.addTask {
                    try await gate.withPlace(onCancelled: Failure() as any Error) {
                        inside.withLock {
                            $0.now += 1
                            $0.total += 1
                            $0.most = max($0.most, $0.now)
                        }
                        await Task.yield()
                        inside.withLock { $0.now -= 1 }
                    }
                }
            }
        }
        let seen = inside.withLock { $0 }
        #expect(seen.total == 500)
        #expect(seen.most <= 3)
        #expect(gate.waitingCount == 0)
    }

    @Test("they get in in the order they came")
    func order() async throws {
        let gate = Gate(width: 1)
        let order = Locked<[Int]>([])
        let open = Waiter<Void>()
        let entered = Signal()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                try await gate.withPlace(onCancelled: Failure() as any Error) {
                    entered.raise()
                    await open.value()
                }
            }
            await entered.wait(beyond: 0)
            for number in 0..<10 {
                group.addTask {
                    try await gate.withPlace(onCancelled: Failure() as any Error) {
                        order.withLock { $0.append(number) }
                    }
                }
                try await until { gate.waitingCount == number + 1 }
            }
            open.answer()
        }
        #expect(order.withLock { $0 } == Array(0..<10))
    }

    @Test("cancellations that race with places lose none")
    func race() async throws {
        let gate = Gate(width: 2)
        for _ in 0..<3000 {
            let tasks = (0..<5).map { _ in
                Task { try await gate.withPlace(onCancelled: Failure() as any Error) { await Task.yield() } }
            }
            tasks[1].cancel()
            tasks[3].cancel()
            for task in tasks { _ = await task.result }
        }
        // Both places are free: two can be inside at once.
        let first = Waiter<Void>()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await gate.withPlace(onCancelled: Failure() as any Error) { await first.value() } }
            group.addTask { try await gate.withPlace(onCancelled: Failure() as any Error) { _ = first.answer() } }
        }
        #expect(gate.waitingCount == 0)
    }

    @Test("a task that is cancelled while it waits throws what was asked for")
    func cancelled() async throws {
        let gate = Gate(width: 1)
        try await gate.withPlace(onCancelled: Failure(number: 1)) { () async throws(Failure) in
            let task = Task { () async throws -> Void in
                try await gate.withPlace(onCancelled: Failure(number: 2)) { () async throws(Failure) in }
            }
            task.cancel()
            let outcome = await task.result
            #expect(throws: Failure(number: 2)) { try outcome.get() }
        }
    }
}
