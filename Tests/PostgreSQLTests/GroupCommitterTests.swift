import PostgreSQL
import Synchronization
import Testing

@Suite("A group committer", .timeLimit(.minutes(15)))
struct GroupCommitterTests {
    @Test("answers every caller with its own item's answer")
    func answersEachItem() async throws {
        let committer = GroupCommitter<Int, Int>(itemsPerBatchMax: 16) { items in items.map { .success($0 * 2) } }
        try await running(committer) {
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for item in 0..<2_000 { group.addTask { (item, try await committer.submit(item)) } }
                for try await (item, answer) in group { #expect(answer == item * 2) }
            }
        }
    }

    @Test("gathers what arrives during a commit into one batch, up to its limit")
    func gathers() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(lanes: 1, itemsPerBatchMax: 3, commit: commit.run)
        try await running(committer) {
            async let first = committer.submit("a")
            await commit.waitForBatches(1)
            try await withThrowingTaskGroup(of: String.self) { group in
                for item in ["b", "c", "d", "e"] {
                    let waiting = committer.itemsWaiting
                    group.addTask { try await committer.submit(item) }
                    await until { committer.itemsWaiting == waiting + 1 }
                }
                commit.releaseAll()
                try await group.waitForAll()
            }
            #expect(try await first == "a")
            #expect(commit.batches == [["a"], ["b", "c", "d"], ["e"]])
        }
    }

    @Test("keeps the later items of a key in flight out of the other lanes, and their order")
    func keysStayApart() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(
            lanes: 2, key: { String($0.prefix(1)) }, commit: commit.run)
        try await running(committer) {
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await committer.submit("a1") }
                await commit.waitForBatches(1)
                for (waiting, item) in ["a2", "a3"].enumerated() {
                    group.addTask { try await committer.submit(item) }
                    await until { committer.itemsWaiting == waiting + 1 }
                }
                group.addTask { try await committer.submit("b1") }
                await commit.waitForBatches(2)
                #expect(commit.batches == [["a1"], ["b1"]])
                #expect(committer.itemsWaiting == 2)
                commit.releaseAll()
                try await group.waitForAll()
            }
            #expect(commit.batches == [["a1"], ["b1"], ["a2", "a3"]])
        }
    }

    @Test("never has one key in two batches at once, and never swaps its items", arguments: [1, 2, 3, 8])
    func keysUnderLoad(lanes: Int) async throws {
        struct Item: Sendable { let card: Int, number: Int }
        struct Seen { var inFlight: Set<Int> = [], last: [Int: Int] = [:], faults: [String] = [] }
        let seen = Mutex(Seen())
        let committer = GroupCommitter<Item, Int>(lanes: lanes, itemsPerBatchMax: 7, key: { "\($0.card)" }) { items in
            let cards = Set(items.map(\.card))
            seen.withLock { seen in
                if !seen.inFlight.isDisjoint(with: cards) { seen.faults.append("a card rides in two batches") }
                seen.inFlight.formUnion(cards)
                for item in items {
                    if item.number <= seen.last[item.card, default: -1] {
                        seen.faults.append("card \(item.card) swapped")
                    }
                    seen.last[item.card] = item.number
                }
            }
            for _ in 0..<3 { await Task.yield() }
            seen.withLock { $0.inFlight.subtract(cards) }
            return items.map { .success($0.number) }
        }
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for card in 0..<20 {
                    group.addTask {
                        // Each task runs at once up to its wait, so that the numbers arrive in order.
                        try await withThrowingTaskGroup(of: Void.self) { callers in
                            for number in 0..<100 {
                                callers.addImmediateTask {
                                    let answer = try await committer.submit(Item(card: card, number: number))
                                    #expect(answer == number)
                                }
                            }
                            try await callers.waitForAll()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let outcome = seen.withLock { $0 }
        #expect(outcome.faults == [])
        #expect(outcome.last.values.allSatisfy { $0 == 99 })
    }

    @Test("starts the idle lanes too when a batch frees more keys than one batch holds")
    func freedKeysWakeIdleLanes() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(
            lanes: 2, itemsPerBatchMax: 2, key: { String($0.prefix(1)) }, commit: commit.run)
        try await running(committer) {
            try await withThrowingTaskGroup(of: String.self) { group in
                for (count, item) in ["x1", "y1", "a1", "c1"].enumerated() {
                    group.addTask { try await committer.submit(item) }
                    await until { committer.itemsWaiting + committer.itemsInFlight == count + 1 }
                }
                await commit.waitForBatches(2)
                commit.release(batchWith: "x1")
                await commit.waitForBatches(3)
                #expect(commit.batches.last == ["a1", "c1"])
                commit.release(batchWith: "y1")
                await until { committer.itemsInFlight == 2 }
                for (waiting, item) in ["a2", "a3", "c2", "c3"].enumerated() {
                    group.addTask { try await committer.submit(item) }
                    await until { committer.itemsWaiting == waiting + 1 }
                }
                // One lane holds "a" and "c", the other has nothing to do; both are needed once the keys are free.
                commit.release(batchWith: "a1")
                await commit.waitForBatches(5)
                #expect(Set(commit.batches.suffix(2)) == [["a2", "a3"], ["c2", "c3"]])
                commit.releaseAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("refuses an item when the queue is full, and takes one again when it is not")
    func boundedQueue() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(lanes: 1, itemsQueuedMax: 2, commit: commit.run)
        try await running(committer) {
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await committer.submit("in flight") }
                await commit.waitForBatches(1)
                group.addTask { try await committer.submit("first") }
                group.addTask { try await committer.submit("second") }
                await until { committer.itemsWaiting == 2 }
                await #expect(throws: GroupCommitError.queueFull(itemsQueuedMax: 2)) {
                    try await committer.submit("one too many")
                }
                commit.releaseAll()
                try await group.waitForAll()
                #expect(try await committer.submit("again") == "again")
            }
        }
        #expect(!commit.batches.joined().contains("one too many"))
    }

    @Test("takes a cancelled caller's item out while it waits")
    func cancelledWhileWaiting() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(lanes: 1, commit: commit.run)
        try await running(committer) {
            async let first = committer.submit("first")
            await commit.waitForBatches(1)
            await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await committer.submit("cancelled") }
                await until { committer.itemsWaiting == 1 }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            #expect(committer.itemsWaiting == 0)
            commit.releaseAll()
            let answers = [try await first, try await committer.submit("last")]
            #expect(answers == ["first", "last"])
        }
        #expect(commit.batches == [["first"], ["last"]])
    }

    @Test("gives the real outcome to a caller cancelled after its batch began")
    func cancelledInFlight() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(lanes: 1, commit: commit.run)
        try await running(committer) {
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await committer.submit("taken") }
                await commit.waitForBatches(1)
                group.cancelAll()
                commit.releaseAll()
                let answer = try await group.next()
                #expect(answer == "taken")
            }
        }
    }

    @Test("refuses at once a caller that was cancelled before it came")
    func cancelledBefore() async throws {
        let commit = HeldCommits()
        commit.releaseAll()
        let committer = GroupCommitter<String, String>(commit: commit.run)
        try await running(committer) {
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await committer.submit("never") }
                }
            }
        }
        #expect(commit.batches == [])
    }

    @Test("finishes what is queued when its run is cancelled, and takes nothing after")
    func drains() async throws {
        let commit = HeldCommits()
        let committer = GroupCommitter<String, String>(lanes: 2, key: { String($0.prefix(1)) }, commit: commit.run)
        try await withThrowingTaskGroup(of: String.self) { group in
            let run = Task { await committer.run() }
            for (count, item) in ["a1", "b1", "a2", "a3", "c1"].enumerated() {
                group.addTask { try await committer.submit(item) }
                await until { committer.itemsWaiting + committer.itemsInFlight == count + 1 }
            }
            run.cancel()
            await #expect(throws: GroupCommitError.shuttingDown) { try await committer.submit("late") }
            commit.releaseAll()
            var answers: Set<String> = []
            for try await answer in group { answers.insert(answer) }
            #expect(answers == ["a1", "b1", "a2", "a3", "c1"])
            await run.value
        }
        #expect(commit.sawCancellation == false)
    }

    @Test("refuses what is queued when it is shut down without ever having run")
    func shutDownBeforeRun() async throws {
        let committer = GroupCommitter<Int, Int> { items in items.map { .success($0) } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: GroupCommitError.shuttingDown) { try await committer.submit(1) }
            }
            await until { committer.itemsWaiting == 1 }
            committer.shutDown()
        }
        await committer.run()
    }

    @Test("tells each caller its own failure")
    func failuresAreOnesOwn() async throws {
        struct Refused: Error, Equatable { let item: Int }
        let committer = GroupCommitter<Int, Int> { items in
            items.map { $0.isMultiple(of: 3) ? .failure(Refused(item: $0)) : .success($0) }
        }
        try await running(committer) {
            await withTaskGroup(of: Void.self) { group in
                for item in 0..<300 {
                    group.addTask {
                        if item.isMultiple(of: 3) {
                            await #expect(throws: Refused(item: item)) { try await committer.submit(item) }
                        } else {
                            #expect(await (try? committer.submit(item)) == item)
                        }
                    }
                }
            }
        }
    }

    @Test("says so when a commit answers for fewer items than it got")
    func missingAnswers() async throws {
        let committer = GroupCommitter<Int, Int> { _ in [] }
        try await running(committer) {
            await #expect(throws: GroupCommitError.answersMissing(itemCount: 1, answerCount: 0)) {
                try await committer.submit(7)
            }
        }
    }
}

/// Runs a committer around a body and waits for its end.
private func running<Item, Output>(
    _ committer: GroupCommitter<Item, Output>, _ body: () async throws -> Void
) async throws {
    let run = Task { await committer.run() }
    let outcome: Result<Void, any Error>
    do {
        try await body()
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    committer.shutDown()
    await run.value
    try outcome.get()
}

/// Gives way to other tasks until a condition holds; the suite's time limit ends one that never does.
private func until(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled { await Task.yield() }
}

/// A commit function whose batches wait until the test lets them go.
private final class HeldCommits: Sendable {
    private struct State {
        var batches: [[String]] = []
        var holds: [String: CheckedContinuation<Void, Never>] = [:]
        var releasesAll = false
        var sawCancellation = false
    }

    private let state = Mutex(State())

    var batches: [[String]] { state.withLock { $0.batches } }
    var sawCancellation: Bool { state.withLock { $0.sawCancellation } }

    var run: @Sendable ([String]) async -> [Result<String, any Error>] {
        { items in
            await withCheckedContinuation { hold in
                let goesOn = self.state.withLock { state in
                    state.batches.append(items)
                    guard !state.releasesAll else { return true }
                    state.holds[items[0]] = hold
                    return false
                }
                if goesOn { hold.resume() }
            }
            self.state.withLock { $0.sawCancellation = $0.sawCancellation || Task.isCancelled }
            return items.map { .success($0) }
        }
    }

    func waitForBatches(_ count: Int) async {
        await until { batches.count >= count }
    }

    func release(batchWith first: String) {
        state.withLock { $0.holds.removeValue(forKey: first) }?.resume()
    }

    func releaseAll() {
        let holds = state.withLock { state in
            state.releasesAll = true
            defer { state.holds = [:] }
            return Array(state.holds.values)
        }
        for hold in holds { hold.resume() }
    }
}
