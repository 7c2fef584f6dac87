import Synchronization
import Waiting

/// Commits items that arrive one by one in batches, each caller answered after its batch's commit.
///
/// A commit to disk costs the same for one row as for hundreds. While one batch commits, arriving items gather; the
/// next batch takes them all at once. An item that finds an idle lane does not wait for others.
///
/// **Guarantees** Every item taken is answered once. Items of one key are committed in the order they arrived, and
/// never ride in two batches at the same time, so that batches do not wait for each other's locks. Cancelling a caller
/// takes its item out while it waits, or when a batch puts it off; otherwise the caller gets the real outcome. The
/// queue is bounded. An item that a batch puts off (``GroupCommitPutOff``) waits for its next try without a lane, and
/// so do later items of its key. An item that the database refuses fails alone: its batch is committed in halves until
/// the item is by itself.
///
/// **Concurrency** Safe from any task. `run()` must run for items to be committed; cancelling it, or `shutDown()`,
/// finishes what is queued and interrupts no commit.
///
/// **Cost** Constant work an item beside the commit; one lock, held for a few operations on a queue.
package final class GroupCommitter<Item: Sendable, Output: Sendable>: Sendable {
    /// Commits a batch in one transaction and gives one answer for each item, in the items' order.
    ///
    /// What it throws had no effect. An error that may be about one item has it called again for each half, see
    /// ``commitInHalves(_:_:)``; any other is the answer of every item.
    package typealias Commit = @Sendable ([Item]) async throws -> [Result<Output, any Error>]

    /// An item and the caller that waits for its answer.
    fileprivate final class Submission: Sendable {
        let item: Item
        let answer = Waiter<Result<Output, any Error>>()

        init(_ item: Item) { self.item = item }

        func fail(_ error: any Error) { answer.answer(.failure(error)) }
    }

    /// A lane that waits for its next batch; nil ends it.
    fileprivate final class Lane: Sendable {
        let next = Waiter<State.Batch?>()
    }

    fileprivate typealias State = GroupCommitterState<Submission, Lane>

    private let lanes: Int
    private let key: (@Sendable (Item) -> String)?
    private let turn: @Sendable (String) async -> (any GroupCommitTurn)?
    private let commit: Commit
    fileprivate let state: Mutex<State>
    private let rests = AsyncStream<State.Rest>.makeStream()

    /// Makes a committer; nothing is committed before `run()`.
    ///
    /// - Parameters:
    ///   - lanes: How many batches may be in flight at once.
    ///   - itemsPerBatchMax: How many items one batch may hold.
    ///   - itemsQueuedMax: How many items may wait; one more is refused with `GroupCommitError.queueFull`.
    ///   - key: What must not be in two batches at once, such as the card of a spend; nil when items are unrelated.
    ///   - turn: Waits until the items of a key, put off before, may be tried again, and gives what the batch holds
    ///     meanwhile; it ends early when its task is cancelled.
    ///   - putOffMax: How long an item may be put off before its caller is answered `GroupCommitPutOff`.
    ///   - commit: Commits one batch; what failed for an item is that item's answer.
    package init(
        lanes: Int = 2,
        itemsPerBatchMax: Int = 256,
        itemsQueuedMax: Int = 65_536,
        key: (@Sendable (Item) -> String)? = nil,
        putOffMax: Duration = .seconds(10),
        turn: @escaping @Sendable (String) async -> (any GroupCommitTurn)? = { _ in nil },
        commit: @escaping Commit
    ) {
        precondition(lanes > 0 && itemsPerBatchMax > 0 && itemsQueuedMax > 0, "lanes and limits are at least 1")
        self.lanes = lanes
        self.key = key
        self.turn = turn
        self.commit = commit
        self.state = Mutex(
            State(itemsPerBatchMax: itemsPerBatchMax, itemsQueuedMax: itemsQueuedMax, putOffMax: putOffMax))
    }

    /// An item that was handed over, and the wait for its answer.
    ///
    /// **Concurrency** One task waits, once; any may cancel.
    package struct Ticket: Sendable {
        fileprivate let committer: GroupCommitter
        fileprivate let submission: Submission
        fileprivate let place: State.Place

        /// Waits until the batch that holds the item has been committed.
        ///
        /// **Errors** `CancellationError` when it was cancelled before a batch took the item, with nothing done;
        /// otherwise what `commit` answered.
        package func answer() async throws -> Output {
            try await submission.answer.value { cancel() }.get()
        }

        /// Takes the item out of the queue. One that a batch has is committed, unless the batch puts it off.
        package func cancel() {
            committer.state.withLock { $0.callerCancelled(place) }?.fail(CancellationError())
        }
    }

    /// Hands an item over and waits until the batch that holds it has been committed.
    ///
    /// **Errors** `GroupCommitError.queueFull` and `.shuttingDown`, with nothing done; `CancellationError` when the
    /// caller was cancelled before a batch took the item, with nothing done; otherwise what `commit` answered.
    package func submit(_ item: Item) async throws -> Output {
        try Task.checkCancellation()
        return try await begin(item).answer()
    }

    /// Hands an item over, without waiting. Items of one key are committed in the order they begin.
    ///
    /// **Errors** `queueFull` and `shuttingDown`, with nothing done.
    package func begin(_ item: Item) throws(GroupCommitError) -> Ticket {
        let submission = Submission(item)
        let lineKey = key?(item)
        switch state.withLock({ $0.itemArrived(submission, key: lineKey) }) {
        case .refuse(let error): throw error
        case .start(let batch, let lane, let place):
            lane.next.answer(batch)
            return Ticket(committer: self, submission: submission, place: place)
        case .wait(let place):
            return Ticket(committer: self, submission: submission, place: place)
        }
    }

    /// Commits batches until `shutDown()` is called or the task is cancelled, and everything queued is answered.
    package func run() async {
        guard state.withLock({ $0.lanesStarted() }) else {
            preconditionFailure("run() was called while the group committer runs already")
        }
        await withTaskCancellationHandler {
            // Unstructured on purpose, and awaited here: a child task would hand its cancellation to the commit in
            // flight, which would then end with an outcome nobody knows (I-11).
            let running = (0..<lanes).map { _ in Task { await self.runLane() } }
            await withDiscardingTaskGroup { group in
                group.addTask { await self.runRests() }
                for lane in running { await lane.value }
                group.cancelAll()
            }
        } onCancel: {
            shutDown()
        }
    }

    /// Stops taking items; `run()` returns once the queued ones are answered.
    package func shutDown() {
        let action = state.withLock { $0.shutDown() }
        for lane in action.lanesToEnd { lane.next.answer(nil) }
        for submission in action.itemsToRefuse { submission.fail(GroupCommitError.shuttingDown) }
        for submission in action.itemsPutOff { submission.fail(GroupCommitPutOff()) }
    }

    /// How many items wait for a batch at this moment.
    package var itemsWaiting: Int { state.withLock { $0.itemsWaiting } }

    /// How many items are being committed at this moment.
    package var itemsInFlight: Int { state.withLock { $0.itemsInFlight } }

    private func runLane() async {
        while let batch = await nextBatch() {
            let submissions = batch.items
            let answers = submissions.isEmpty ? [] : await commitInHalves(submissions.map(\.item), key: key, commit)
            let putOff = answers.indices.filter { answers[$0].isPutOff }
            perform(state.withLock { $0.batchEnded(batch, putOff: putOff) })
            var stillPutOff = putOff[...]
            for (index, submission) in submissions.enumerated() {
                if stillPutOff.first == index {
                    stillPutOff.removeFirst()
                } else {
                    submission.answer.answer(answers[index])
                }
            }
        }
    }

    private func perform(_ action: State.OnLinesMoved) {
        for start in action.starts { start.lane.next.answer(start.batch) }
        for submission in action.itemsPutOff { submission.fail(GroupCommitPutOff()) }
        for submission in action.itemsCancelled { submission.fail(CancellationError()) }
        for turn in action.turnsToEnd { turn.end() }
        for rest in action.rests { rests.continuation.yield(rest) }
    }

    /// Lets each line rest that was put off, and makes it ready again when its turn has come.
    private func runRests() async {
        await withDiscardingTaskGroup { group in
            for await rest in rests.stream {
                group.addTask {
                    // The pause itself: what holds the item back does not announce its end.
                    if rest.pause > .zero { try? await Task.sleep(for: rest.pause) }
                    var turn: (any GroupCommitTurn)?
                    if case .key(let key) = rest.name { turn = await self.turn(key) }
                    self.perform(self.state.withLock { [turn] in $0.restEnded(rest.name, turn: turn) })
                }
            }
        }
    }

    private func nextBatch() async -> State.Batch? {
        let lane = Lane()
        return switch state.withLock({ $0.laneIdle(lane) }) {
        case .wait: await lane.next.value()
        case .start(let batch): batch
        case .end: nil
        }
    }
}
