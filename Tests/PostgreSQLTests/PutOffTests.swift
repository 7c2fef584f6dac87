import PostgreSQL
import Synchronization
import Testing

@Suite("A group committer that puts items off", .timeLimit(.minutes(15)))
struct PutOffTests {
    /// Puts off the items of busy keys, and takes the others.
    private final class Books: Sendable {
        private let state = Mutex<(busy: Set<Character>, taken: [String], putOffs: Int)>((["a"], [], 0))

        var taken: [String] { state.withLock { $0.taken } }
        var putOffs: Int { state.withLock { $0.putOffs } }
        func free() { state.withLock { $0.busy = [] } }

        var commit: @Sendable ([String]) async -> [Result<String, any Error>] {
            { items in
                self.state.withLock { state in
                    items.map { item in
                        if let key = item.first, state.busy.contains(key) {
                            state.putOffs += 1
                            return .failure(GroupCommitPutOff())
                        }
                        state.taken.append(item)
                        return .success(item)
                    }
                }
            }
        }

        func waitForPutOffs(_ count: Int) async {
            while putOffs < count { await Task.yield() }
        }
    }

    private static func committer(
        _ books: Books, putOffMax: Duration = .seconds(50)
    ) -> GroupCommitter<String, String> {
        GroupCommitter(lanes: 1, key: { String($0.prefix(1)) }, putOffMax: putOffMax, commit: books.commit)
    }

    @Test("other keys go on in its lane, and its own key's items are taken in their order once it is free")
    func order() async throws {
        let books = Books()
        let committer = Self.committer(books)
        let run = Task { await committer.run() }
        try await withThrowingTaskGroup(of: String.self) { group in
            for (index, item) in ["a1", "a2", "a3"].enumerated() {
                group.addTask { try await committer.submit(item) }
                if index == 0 { await books.waitForPutOffs(1) }
                while committer.itemsWaiting + committer.itemsInFlight < index + 1 { await Task.yield() }
            }
            for item in ["b1", "c1", "b2"] { #expect(try await committer.submit(item) == item) }
            await books.waitForPutOffs(4)
            books.free()
            try await group.waitForAll()
        }
        #expect(books.taken == ["b1", "c1", "b2", "a1", "a2", "a3"])
        committer.shutDown()
        await run.value
    }

    @Test("for too long answers the caller so, and the next item of the key has its own time")
    func tooLong() async throws {
        let books = Books()
        let committer = Self.committer(books, putOffMax: .milliseconds(30))
        let run = Task { await committer.run() }
        await #expect(throws: GroupCommitPutOff.self) { try await committer.submit("a1") }
        books.free()
        #expect(try await committer.submit("a2") == "a2")
        committer.shutDown()
        await run.value
    }

    @Test("answers them when it shuts down, and a cancelled caller at once")
    func end() async throws {
        let books = Books()
        let committer = Self.committer(books)
        let run = Task { await committer.run() }
        let cancelled = Task { try await committer.submit("a1") }
        await books.waitForPutOffs(2)
        let waiting = Task { try await committer.submit("a2") }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        await books.waitForPutOffs(4)
        committer.shutDown()
        await #expect(throws: GroupCommitPutOff.self) { try await waiting.value }
        await run.value
        #expect(books.taken.isEmpty && committer.itemsWaiting == 0)
    }
}
