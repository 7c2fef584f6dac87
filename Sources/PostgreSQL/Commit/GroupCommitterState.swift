import DequeModule
import Waiting

/// The bookkeeping of a `GroupCommitter`: who waits, in which order, and which keys are in flight.
///
/// Items wait in *lines*, one line a key, so that the items of one key keep their order. A line is in exactly one of
/// four places: in `readyLines` (it has items and none of its key is being committed), in flight (a batch holds its
/// key; items that arrive meanwhile wait in the line), resting (its items were put off; it is ready again after a
/// pause), or nowhere, when it is empty and no batch holds it.
struct GroupCommitterState<Item: Sendable, Output: Sendable>: Sendable {
    typealias Submitter = Waiter<Result<Output, any Error>>
    typealias IdleLane = Waiter<Batch?>

    /// The name of a line: the item's key, or a number of its own for an item that has no key.
    enum LineName: Hashable, Sendable {
        case key(String)
        case item(UInt64)
    }

    /// An item and the caller that waits for its answer.
    struct Entry: Sendable {
        let item: Item
        let submitter: Submitter
        /// When a batch first put it off; nil while none has.
        var putOffSince: ContinuousClock.Instant?
    }

    /// What one lane commits at once.
    struct Batch: Sendable {
        var entries: [Entry] = []
        /// The number and the line of each entry.
        var places: [(id: UInt64, line: LineName)] = []
        var lineNames: [LineName] = []
        /// What its lines hold until it ends.
        var turns: [any GroupCommitTurn] = []
    }

    /// A line that becomes idle.
    struct Rest: Sendable {
        let name: LineName
        let pause: Duration
    }

    /// What the owner does after an item arrived.
    enum OnItemArrived: Sendable {
        case wait
        case start(Batch, in: IdleLane)
        case refuse(Submitter, any Error)
    }

    /// What the owner does when a lane asks for work.
    enum OnLaneIdle: Sendable {
        case wait
        case start(Batch)
        case end
    }

    /// What the owner does when the committer shuts down.
    struct OnShutDown: Sendable {
        var lanesToEnd: [IdleLane] = []
        var submittersToRefuse: [Submitter] = []
        var submittersPutOff: [Submitter] = []
    }

    /// What the owner does when a batch ended or lines have rested.
    struct OnBatchEnded: Sendable {
        var starts: [(lane: IdleLane, batch: Batch)] = []
        /// Items that were put off for too long, or while the committer shuts down.
        var submittersPutOff: [Submitter] = []
        /// Lines that rest from now on.
        var rests: [Rest] = []
        /// What is held no more.
        var turnsToEnd: [any GroupCommitTurn] = []
    }

    private struct Line {
        var itemIDs: Deque<UInt64> = []
        var isInFlight = false
        /// How often in a row its items were put off.
        var putOffs = 0
        /// What the next batch of it holds.
        var turn: (any GroupCommitTurn)?
    }

    private enum Phase {
        case notRunning
        case running
        case draining
    }

    let itemsPerBatchMax: Int
    let itemsQueuedMax: Int
    /// How long an item may be put off.
    let putOffMax: Duration

    private var phase = Phase.notRunning
    private var lines: [LineName: Line] = [:]
    private var readyLines: Deque<LineName> = []
    /// Lines that rest; they count as in flight.
    private var resting: Set<LineName> = []
    /// The entries that wait; a cancelled one is gone from here while its number keeps its place in the line.
    private var waiting: [UInt64: Entry] = [:]
    private var idleLanes: [IdleLane] = []
    private var lastItemID: UInt64 = 0
    private(set) var placesTaken = 0
    private(set) var itemsInFlight = 0

    init(itemsPerBatchMax: Int, itemsQueuedMax: Int, putOffMax: Duration = .seconds(10)) {
        self.itemsPerBatchMax = itemsPerBatchMax
        self.itemsQueuedMax = itemsQueuedMax
        self.putOffMax = putOffMax
    }

    var itemsWaiting: Int { waiting.count }

    mutating func makeItemID() -> UInt64 {
        lastItemID += 1
        return lastItemID
    }

    /// Returns whether the caller is the first to run the lanes.
    mutating func lanesStarted() -> Bool {
        guard phase != .running else { return false }
        if phase == .notRunning { phase = .running }
        return true
    }

    mutating func itemArrived(_ entry: Entry, id: UInt64, key: String?) -> OnItemArrived {
        guard phase != .draining else { return .refuse(entry.submitter, GroupCommitError.shuttingDown) }
        guard placesTaken < itemsQueuedMax else {
            return .refuse(entry.submitter, GroupCommitError.queueFull(itemsQueuedMax: itemsQueuedMax))
        }
        let name = key.map(LineName.key) ?? .item(id)
        waiting[id] = entry
        placesTaken += 1
        var becameReady = false
        withLine(name) { line in
            becameReady = line.itemIDs.isEmpty && !line.isInFlight
            line.itemIDs.append(id)
        }
        if becameReady { readyLines.append(name) }
        guard let lane = idleLanes.last, let batch = takeBatch() else { return .wait }
        idleLanes.removeLast()
        return .start(batch, in: lane)
    }

    /// Returns the caller to answer when its item had not been taken yet.
    mutating func submitterCancelled(id: UInt64) -> Submitter? {
        waiting.removeValue(forKey: id)?.submitter
    }

    mutating func laneIdle(_ lane: IdleLane) -> OnLaneIdle {
        if let batch = takeBatch() { return .start(batch) }
        // What is still in line while draining belongs to a batch in flight, whose own lane goes on with it.
        if phase == .draining { return .end }
        idleLanes.append(lane)
        return .wait
    }

    /// Frees the batch's keys, but for lines with entries that were put off: those rest.
    ///
    /// - Parameter putOff: The places in the batch of the entries that were put off.
    mutating func batchEnded(
        _ batch: Batch, putOff: [Int] = [], now: ContinuousClock.Instant = .now
    ) -> OnBatchEnded {
        itemsInFlight -= batch.entries.count
        var action = OnBatchEnded(turnsToEnd: batch.turns)
        let returned = takeBack(putOff, of: batch, now: now, &action)
        for name in batch.lineNames {
            if returned.contains(name) {
                var putOffs = 0
                withLine(name) { line in
                    line.putOffs += 1
                    putOffs = line.putOffs
                }
                // At first its turn is enough. Then 4 ms for a transaction that is about to end, up to a quarter of a
                // second.
                let pause: Duration = putOffs == 1 ? .zero : .milliseconds(1 << min(putOffs, 8))
                resting.insert(name)
                action.rests.append(Rest(name: name, pause: pause))
                continue
            }
            free(name)
        }
        startLanes(&action)
        return action
    }

    /// Makes a line ready whose rest is over; its next batch holds the turn.
    mutating func restEnded(_ name: LineName, turn: (any GroupCommitTurn)?) -> OnBatchEnded {
        var action = OnBatchEnded()
        guard resting.remove(name) != nil else {
            if let turn { action.turnsToEnd.append(turn) }
            return action
        }
        withLine(name) { $0.turn = turn }
        free(name, keepsPutOffs: true)
        startLanes(&action)
        return action
    }

    /// Puts entries back to the heads of their lines, in their order; returns the lines that got any.
    private mutating func takeBack(
        _ putOff: [Int], of batch: Batch, now: ContinuousClock.Instant, _ action: inout OnBatchEnded
    ) -> Set<LineName> {
        var returned: Set<LineName> = []
        for index in putOff.reversed() {
            var entry = batch.entries[index]
            let since = entry.putOffSince ?? now
            guard phase != .draining, since.duration(to: now) < putOffMax else {
                action.submittersPutOff.append(entry.submitter)
                continue
            }
            entry.putOffSince = since
            let (id, name) = batch.places[index]
            waiting[id] = entry
            placesTaken += 1
            withLine(name) { $0.itemIDs.prepend(id) }
            returned.insert(name)
        }
        return returned
    }

    /// A line whose key is not in flight any more, nor resting.
    private mutating func free(_ name: LineName, keepsPutOffs: Bool = false) {
        var hasMore = false
        withLine(name) { line in
            line.isInFlight = false
            if !keepsPutOffs { line.putOffs = 0 }
            // A line whose items were all cancelled keeps their numbers, and goes on to be taken and dropped.
            hasMore = !line.itemIDs.isEmpty
        }
        if hasMore { readyLines.append(name) }
    }

    private mutating func startLanes(_ action: inout OnBatchEnded) {
        while let lane = idleLanes.last, let next = takeBatch() {
            idleLanes.removeLast()
            action.starts.append((lane, next))
        }
    }

    mutating func shutDown() -> OnShutDown {
        var action = OnShutDown(lanesToEnd: idleLanes)
        idleLanes = []
        if phase == .notRunning {
            action.submittersToRefuse = waiting.values.map(\.submitter)
            waiting = [:]
            lines = [:]
            readyLines = []
            placesTaken = 0
        }
        for name in resting {
            guard let line = lines.removeValue(forKey: name) else { continue }
            for id in line.itemIDs {
                placesTaken -= 1
                if let entry = waiting.removeValue(forKey: id) { action.submittersPutOff.append(entry.submitter) }
            }
        }
        resting = []
        phase = .draining
        return action
    }

    /// Takes whole lines, oldest first, until the batch is full; marks their keys as in flight.
    private mutating func takeBatch() -> Batch? {
        var batch = Batch()
        while batch.entries.count < itemsPerBatchMax, let name = readyLines.popFirst() {
            guard var line = lines.removeValue(forKey: name) else { continue }
            let entriesBefore = batch.entries.count
            while batch.entries.count < itemsPerBatchMax, let id = line.itemIDs.popFirst() {
                placesTaken -= 1
                guard let entry = waiting.removeValue(forKey: id) else { continue }
                batch.entries.append(entry)
                batch.places.append((id, name))
            }
            if let turn = line.turn { batch.turns.append(turn) }
            line.turn = nil
            line.isInFlight = batch.entries.count > entriesBefore
            if line.isInFlight {
                batch.lineNames.append(name)
                lines[name] = line
            }
        }
        itemsInFlight += batch.entries.count
        guard batch.entries.isEmpty else { return batch }
        // Every caller was cancelled while the line waited for its turn.
        for turn in batch.turns { turn.end() }
        return nil
    }

    /// Changes a line in place, and drops it when nothing keeps it.
    private mutating func withLine(_ name: LineName, _ change: (inout Line) -> Void) {
        var line = lines.removeValue(forKey: name) ?? Line()
        change(&line)
        if line.isInFlight || !line.itemIDs.isEmpty { lines[name] = line }
    }
}
