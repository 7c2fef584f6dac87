import Testing

@testable import PostgreSQL

@Suite("The bookkeeping of a group committer")
struct GroupCommitterStateTests {
    private typealias State = GroupCommitterState<String, Int>

    private struct Turn: GroupCommitTurn {
        let name: String

        func end() {}
    }

    private static func state(perBatch: Int = 10, queued: Int = 100, putOffMax: Duration = .seconds(10)) -> State {
        var state = State(itemsPerBatchMax: perBatch, itemsQueuedMax: queued, putOffMax: putOffMax)
        let isFirst = state.lanesStarted()
        #expect(isFirst)
        return state
    }

    /// Hands in an item whose key is its first letter and which has to wait; returns its place.
    @discardableResult
    private static func wait(_ item: String, _ state: inout State) throws -> State.Place {
        guard case .wait(let place) = state.itemArrived(item, key: String(item.prefix(1))) else {
            throw Unexpected(item)
        }
        return place
    }

    private static func batch(_ state: inout State, lane: Int = 0) throws -> State.Batch {
        guard case .start(let batch) = state.laneIdle(lane) else { throw Unexpected("no batch") }
        return batch
    }

    private struct Unexpected: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    @Test("An item goes to the lane that became idle last, and waits when there is none")
    func lanes() throws {
        var state = Self.state()
        for lane in [1, 2] { guard case .wait = state.laneIdle(lane) else { throw Unexpected("work") } }
        guard case .start(let first, in: 2, _) = state.itemArrived("a1", key: "a"),
            case .start(let second, in: 1, _) = state.itemArrived("b1", key: "b")
        else { throw Unexpected("lanes") }
        #expect(first.items == ["a1"] && second.items == ["b1"])
        try Self.wait("c1", &state)
        #expect(state.itemsWaiting == 1 && state.itemsInFlight == 2)
    }

    @Test("A key in flight waits for its batch; other keys do not")
    func keysInFlight() throws {
        var state = Self.state()
        try Self.wait("a1", &state)
        let first = try Self.batch(&state)
        for item in ["a2", "b1", "a3"] { try Self.wait(item, &state) }
        let second = try Self.batch(&state)
        #expect(second.items == ["b1"])
        guard case .wait = state.laneIdle(7) else { throw Unexpected("a2 and a3 are held back") }
        let ended = state.batchEnded(first)
        #expect(ended.starts.map(\.lane) == [7] && ended.starts.map(\.batch.items) == [["a2", "a3"]])
    }

    @Test("Items without a key keep nobody back")
    func noKeys() throws {
        var state = Self.state(perBatch: 2)
        for item in ["x", "y", "z"] {
            guard case .wait = state.itemArrived(item, key: nil) else { throw Unexpected(item) }
        }
        #expect(try Self.batch(&state).items == ["x", "y"])
        #expect(try Self.batch(&state).items == ["z"])
    }

    @Test("A full batch leaves the rest of a line for its next turn, behind the lines that wait already")
    func fullBatch() throws {
        var state = Self.state(perBatch: 3)
        for item in ["a1", "a2", "b1", "b2", "c1"] { try Self.wait(item, &state) }
        let first = try Self.batch(&state)
        #expect(first.items == ["a1", "a2", "b1"])
        let second = try Self.batch(&state)
        #expect(second.items == ["c1"])
        guard case .wait = state.laneIdle(1) else { throw Unexpected("b is in flight") }
        #expect(state.batchEnded(first).starts.map(\.batch.items) == [["b2"]])
    }

    @Test("A cancelled caller's item is not taken, keeps its place until then, and is handed back once")
    func cancelled() throws {
        var state = Self.state(queued: 3)
        let places = try ["a1", "a2", "a3"].map { try Self.wait($0, &state) }
        #expect(state.callerCancelled(places[1]) == "a2")
        #expect(state.callerCancelled(places[1]) == nil)
        #expect(state.itemsWaiting == 2)
        guard case .refuse(.queueFull(itemsQueuedMax: 3)) = state.itemArrived("b1", key: "b") else {
            throw Unexpected("its place was given away")
        }
        let batch = try Self.batch(&state)
        #expect(batch.items == ["a1", "a3"])
        #expect(state.callerCancelled(places[0]) == nil, "a batch has it")
        try Self.wait("b1", &state)
    }

    @Test("A line whose callers were all cancelled is dropped, and the next item of its key begins it again")
    func allCancelled() throws {
        var state = Self.state()
        let place = try Self.wait("a1", &state)
        #expect(state.callerCancelled(place) == "a1")
        guard case .wait = state.laneIdle(0) else { throw Unexpected("nothing is left") }
        guard case .start(let batch, in: 0, _) = state.itemArrived("a2", key: "a") else { throw Unexpected("a2") }
        #expect(batch.items == ["a2"])
    }

    @Test("What is put off goes back to the head of its line and rests, longer each time; others of the batch do not")
    func putOff() throws {
        var state = Self.state()
        for item in ["a1", "b1", "a2"] { try Self.wait(item, &state) }
        var batch = try Self.batch(&state)
        #expect(batch.items == ["a1", "a2", "b1"])
        try Self.wait("a3", &state)
        try Self.wait("b2", &state)
        var ended = state.batchEnded(batch, putOff: [0, 1])
        #expect(ended.rests.map(\.name) == [.key("a")] && ended.rests.map(\.pause) == [.zero])
        #expect(ended.itemsPutOff.isEmpty && state.itemsWaiting == 4)
        #expect(try Self.batch(&state).items == ["b2"])
        var pauses: [Duration] = []
        for _ in 0..<9 {
            #expect(state.restEnded(.key("a"), turn: nil).starts.isEmpty)
            batch = try Self.batch(&state)
            #expect(batch.items == ["a1", "a2", "a3"])
            ended = state.batchEnded(batch, putOff: [0, 1, 2])
            pauses += ended.rests.map(\.pause)
        }
        #expect(pauses == [4, 8, 16, 32, 64, 128, 256, 256, 256].map { .milliseconds($0) })
        _ = state.restEnded(.key("a"), turn: nil)
        ended = state.batchEnded(try Self.batch(&state), putOff: [2])
        #expect(ended.rests.count == 1)
        _ = state.restEnded(.key("a"), turn: nil)
        batch = try Self.batch(&state)
        #expect(batch.items == ["a3"])
        #expect(state.batchEnded(batch).rests.isEmpty)
    }

    @Test("What was put off for too long is given back")
    func putOffMax() throws {
        let start = ContinuousClock.now
        var state = Self.state(putOffMax: .seconds(5))
        try Self.wait("a1", &state)
        #expect(state.batchEnded(try Self.batch(&state), putOff: [0], now: start).itemsPutOff == [])
        try Self.wait("a2", &state)
        _ = state.restEnded(.key("a"), turn: nil)
        let batch = try Self.batch(&state)
        let ended = state.batchEnded(batch, putOff: [0, 1], now: start + .seconds(5))
        #expect(ended.itemsPutOff == ["a1"], "a2 was put off for the first time")
        #expect(ended.rests.map(\.name) == [.key("a")])
        _ = state.restEnded(.key("a"), turn: nil)
        #expect(try Self.batch(&state).items == ["a2"])
    }

    @Test("An item whose caller was cancelled while a batch had it comes back when the batch puts it off")
    func cancelledInFlight() throws {
        var state = Self.state()
        guard case .wait = state.laneIdle(0) else { throw Unexpected("work") }
        guard case .start(var batch, in: 0, let first) = state.itemArrived("a1", key: "a") else {
            throw Unexpected("a1")
        }
        let second = try Self.wait("a2", &state)
        #expect(state.callerCancelled(first) == nil, "a batch has it")
        var ended = state.batchEnded(batch, putOff: [0])
        #expect(ended.itemsCancelled == ["a1"] && ended.rests.isEmpty)
        batch = try Self.batch(&state)
        #expect(batch.items == ["a2"])
        #expect(state.callerCancelled(first) == nil, "it was answered")
        ended = state.batchEnded(batch, putOff: [0])
        #expect(ended.itemsCancelled.isEmpty && ended.rests.count == 1)
        #expect(state.callerCancelled(second) == "a2", "it waits again")
        #expect(state.itemsWaiting == 0)
    }

    @Test("The next batch of a line holds its turn until it ends, also when every caller of it was cancelled")
    func turns() throws {
        var state = Self.state()
        let place = try Self.wait("a1", &state)
        _ = state.batchEnded(try Self.batch(&state), putOff: [0])
        #expect(state.callerCancelled(place) == "a1")
        _ = state.restEnded(.key("a"), turn: Turn(name: "first"))
        let empty = try Self.batch(&state)
        #expect(empty.items.isEmpty)
        #expect(state.batchEnded(empty).turnsToEnd.map { ($0 as? Turn)?.name } == ["first"])
        #expect(
            state.restEnded(.key("a"), turn: Turn(name: "late")).turnsToEnd.map { ($0 as? Turn)?.name }
                == ["late"], "its line rests no more")
    }

    @Test("Shutting down refuses what arrives, ends idle lanes, and has what is queued committed")
    func shutDown() throws {
        var state = Self.state(perBatch: 1)
        guard case .wait = state.laneIdle(3) else { throw Unexpected("work") }
        guard case .start(let batch, in: 3, _) = state.itemArrived("a1", key: "a") else { throw Unexpected("a1") }
        try Self.wait("a2", &state)
        guard case .wait = state.laneIdle(4) else { throw Unexpected("a is in flight") }
        #expect(state.shutDown().lanesToEnd == [4])
        guard case .refuse(.shuttingDown) = state.itemArrived("b1", key: "b") else { throw Unexpected("b1") }
        _ = state.batchEnded(batch)
        let last = try Self.batch(&state, lane: 3)
        #expect(last.items == ["a2"])
        #expect(state.batchEnded(last, putOff: [0]).itemsPutOff == ["a2"], "nothing rests while it shuts down")
        guard case .end = state.laneIdle(3) else { throw Unexpected("more work") }
    }

    @Test("Shutting down gives back what rests, and everything when it never ran")
    func shutDownGivesBack() throws {
        var resting = Self.state()
        for item in ["a1", "a2", "b1"] { try Self.wait(item, &resting) }
        _ = resting.batchEnded(try Self.batch(&resting), putOff: [0, 1])
        #expect(resting.shutDown().itemsPutOff == ["a1", "a2"])
        #expect(resting.itemsWaiting == 0 && resting.itemsInFlight == 0)
        #expect(resting.restEnded(.key("a"), turn: nil).starts.isEmpty)
        var idle = State(itemsPerBatchMax: 1, itemsQueuedMax: 10)
        for item in ["a1", "b1"] { try Self.wait(item, &idle) }
        #expect(Set(idle.shutDown().itemsToRefuse) == ["a1", "b1"])
        #expect(idle.itemsWaiting == 0)
    }
}
