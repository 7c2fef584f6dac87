import DequeModule

/// The bookkeeping of a `GroupCommitter`: who waits, in which order, and which keys are in flight.
///
/// Items stand in *lines*, one line a key, so that the items of one key keep their order. A line is in exactly one of
/// three places: in `readyLines` (it has items and none of its key is being committed), in flight (a batch holds its
/// key; items that arrive meanwhile wait in the line), or nowhere, when it is empty and no batch holds it.
struct GroupCommitterState<Item: Sendable, Output: Sendable>: Sendable {
    typealias Submitter = CheckedContinuation<Output, any Error>
    typealias IdleLane = CheckedContinuation<Batch?, Never>

    /// The name of a line: the item's key, or a number of its own for an item that has no key.
    enum LineName: Hashable, Sendable {
        case key(String)
        case item(UInt64)
    }

    /// An item and the caller that waits for its answer.
    struct Entry: Sendable {
        let item: Item
        let submitter: Submitter
    }

    /// What one lane commits at once.
    struct Batch: Sendable {
        var entries: [Entry] = []
        var lineNames: [LineName] = []
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
    }

    private struct Line {
        var itemIDs: Deque<UInt64> = []
        var isInFlight = false
    }

    private enum Phase {
        case notRunning
        case running
        case draining
    }

    let itemsPerBatchMax: Int
    let itemsQueuedMax: Int

    private var phase = Phase.notRunning
    private var lines: [LineName: Line] = [:]
    private var readyLines: Deque<LineName> = []
    /// The entries that wait; a cancelled one is gone from here while its number keeps its place in the line.
    private var waiting: [UInt64: Entry] = [:]
    private var idleLanes: [IdleLane] = []
    private var lastItemID: UInt64 = 0
    private(set) var placesTaken = 0
    private(set) var itemsInFlight = 0

    init(itemsPerBatchMax: Int, itemsQueuedMax: Int) {
        self.itemsPerBatchMax = itemsPerBatchMax
        self.itemsQueuedMax = itemsQueuedMax
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

    /// Frees the batch's keys; returns what idle lanes may start with now.
    mutating func batchEnded(_ batch: Batch) -> [(lane: IdleLane, batch: Batch)] {
        itemsInFlight -= batch.entries.count
        for name in batch.lineNames {
            var hasMore = false
            withLine(name) { line in
                line.isInFlight = false
                hasMore = !line.itemIDs.isEmpty
            }
            if hasMore { readyLines.append(name) }
        }
        var starts: [(lane: IdleLane, batch: Batch)] = []
        while let lane = idleLanes.last, let next = takeBatch() {
            idleLanes.removeLast()
            starts.append((lane, next))
        }
        return starts
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
                if let entry = waiting.removeValue(forKey: id) { batch.entries.append(entry) }
            }
            line.isInFlight = batch.entries.count > entriesBefore
            if line.isInFlight {
                batch.lineNames.append(name)
                lines[name] = line
            }
        }
        itemsInFlight += batch.entries.count
        return batch.entries.isEmpty ? nil : batch
    }

    /// Changes a line in place, and drops it when nothing keeps it.
    private mutating func withLine(_ name: LineName, _ change: (inout Line) -> Void) {
        var line = lines.removeValue(forKey: name) ?? Line()
        change(&line)
        if line.isInFlight || !line.itemIDs.isEmpty { lines[name] = line }
    }
}
