import DequeModule

/// The bookkeeping of a `GroupCommitter`: what waits, in which order, and which keys are in flight. Events in, actions
/// out, no effects.
///
/// Items wait in *lines*, one line a key, so that the items of one key keep their order. A line is in exactly one of
/// four places: in `readyLines` (it has items and none of its key is being committed), in flight (a batch holds its
/// key; items that arrive meanwhile wait in the line), resting (its items were put off; it is ready again after a
/// pause), or nowhere, when it is empty and no batch holds it.
///
/// An item and a lane are whatever their owner takes them for; nothing here looks into them.
struct GroupCommitterState<Item: Sendable, Lane: Sendable>: Sendable {
    /// The name of a line: the item's key, or a number of its own for an item that has no key.
    enum LineName: Hashable, Sendable {
        case key(String)
        case item(UInt64)
    }

    /// Where an item waits.
    struct Place: Sendable, Hashable {
        let line: LineName
        let number: UInt64
    }

    /// An item in a line or in a batch.
    struct Entry: Sendable {
        /// Ascending within a line.
        let number: UInt64
        /// Nil when its caller was cancelled: it keeps its place until the line is taken.
        var item: Item?
        /// When a batch first put it off; nil while none has.
        var putOffSince: ContinuousClock.Instant?
    }

    /// What one lane commits at once.
    struct Batch: Sendable {
        /// Line by line; each has its item.
        fileprivate(set) var entries: [Entry] = []
        fileprivate(set) var lines: [Part] = []
        /// What its lines hold until it ends.
        fileprivate(set) var turns: [any GroupCommitTurn] = []

        /// A line, and where its entries begin in the batch; they end where the next line's begin.
        struct Part: Sendable {
            let name: LineName
            let start: Int
        }

        var items: [Item] { entries.compactMap(\.item) }
    }

    /// A line whose items were put off, and how long it pauses before it asks for its turn.
    struct Rest: Sendable {
        let name: LineName
        let pause: Duration
    }

    /// What the owner does after an item arrived.
    enum OnItemArrived: Sendable {
        case wait(Place)
        case start(Batch, in: Lane, Place)
        case refuse(GroupCommitError)
    }

    /// What the owner does when a lane asks for work.
    enum OnLaneIdle: Sendable {
        case wait
        case start(Batch)
        case end
    }

    /// What the owner does when the committer shuts down.
    struct OnShutDown: Sendable {
        var lanesToEnd: [Lane] = []
        var itemsToRefuse: [Item] = []
        var itemsPutOff: [Item] = []
    }

    /// What the owner does when lines were freed or put to rest: a batch has ended, or the rest of a line is over.
    struct OnLinesMoved: Sendable {
        var starts: [(lane: Lane, batch: Batch)] = []
        /// Items that were put off for too long, or while the committer shuts down.
        var itemsPutOff: [Item] = []
        /// Items that were put off, and whose callers had been cancelled meanwhile.
        var itemsCancelled: [Item] = []
        /// Lines that rest from now on.
        var rests: [Rest] = []
        /// What is held no more.
        var turnsToEnd: [any GroupCommitTurn] = []
    }

    private struct Line {
        var entries: Deque<Entry> = []
        var isInFlight = false
        /// How often in a row its items were put off.
        var putOffs = 0
        /// What the next batch of it holds.
        var turn: (any GroupCommitTurn)?
        /// The numbers of items whose callers were cancelled while a batch had them.
        var cancelledInFlight: Set<UInt64> = []
    }

    private enum Phase {
        case notRunning
        case running
        case draining
    }

    private let itemsPerBatchMax: Int
    private let itemsQueuedMax: Int
    private let putOffMax: Duration

    private var phase = Phase.notRunning
    private var lines: [LineName: Line] = [:]
    private var readyLines: Deque<LineName> = []
    /// Lines that rest; they count as in flight.
    private var resting: Set<LineName> = []
    private var idleLanes: [Lane] = []
    private var lastNumber: UInt64 = 0
    /// How many entries are in lines, those of cancelled callers included.
    private var placesTaken = 0
    private(set) var itemsWaiting = 0
    private(set) var itemsInFlight = 0

    /// Makes the state of a committer that does not run yet.
    ///
    /// - Parameter putOffMax: How long an item may be put off.
    init(itemsPerBatchMax: Int, itemsQueuedMax: Int, putOffMax: Duration = .seconds(10)) {
        self.itemsPerBatchMax = itemsPerBatchMax
        self.itemsQueuedMax = itemsQueuedMax
        self.putOffMax = putOffMax
    }

    /// Returns whether the caller is the first to run the lanes.
    mutating func lanesStarted() -> Bool {
        guard phase != .running else { return false }
        if phase == .notRunning { phase = .running }
        return true
    }

    mutating func itemArrived(_ item: Item, key: String?) -> OnItemArrived {
        guard phase != .draining else { return .refuse(.shuttingDown) }
        guard placesTaken < itemsQueuedMax else { return .refuse(.queueFull(itemsQueuedMax: itemsQueuedMax)) }
        lastNumber += 1
        let name = key.map(LineName.key) ?? .item(lastNumber)
        let place = Place(line: name, number: lastNumber)
        placesTaken += 1
        itemsWaiting += 1
        let becameReady = Self.append(Entry(number: lastNumber, item: item), to: &lines[name, default: Line()])
        if becameReady { readyLines.append(name) }
        if let lane = idleLanes.last, let batch = takeBatch() {
            idleLanes.removeLast()
            return .start(batch, in: lane, place)
        }
        return .wait(place)
    }

    /// Returns the item when no batch has it; it is not committed then. An item that a batch has, and puts off, comes
    /// back with ``batchEnded(_:putOff:now:)``.
    mutating func callerCancelled(_ place: Place) -> Item? {
        guard let line = lines.index(forKey: place.line) else { return nil }
        guard let index = Self.index(of: place.number, in: lines.values[line].entries) else {
            if lines.values[line].isInFlight { lines.values[line].cancelledInFlight.insert(place.number) }
            return nil
        }
        guard let item = lines.values[line].entries[index].item else { return nil }
        lines.values[line].entries[index].item = nil
        itemsWaiting -= 1
        return item
    }

    mutating func laneIdle(_ lane: Lane) -> OnLaneIdle {
        if let batch = takeBatch() { return .start(batch) }
        // What is still in line while draining is of a key in flight; the lane that ends that batch takes it next.
        if phase == .draining { return .end }
        idleLanes.append(lane)
        return .wait
    }

    /// Frees the batch's keys, but for lines with entries that were put off: those rest.
    ///
    /// - Parameter putOff: The places in the batch of the entries that were put off, ascending.
    mutating func batchEnded(
        _ batch: Batch, putOff: [Int] = [], now: ContinuousClock.Instant = .now
    ) -> OnLinesMoved {
        itemsInFlight -= batch.entries.count
        var action = OnLinesMoved(turnsToEnd: batch.turns)
        var returned: Set<Int> = []
        var line = batch.lines.count - 1
        // From the last to the first, so that each goes before those that came after it.
        for index in putOff.reversed() {
            while batch.lines[line].start > index { line -= 1 }
            if takeBack(batch.entries[index], to: batch.lines[line].name, now: now, &action) { returned.insert(line) }
        }
        for (line, part) in batch.lines.enumerated() {
            lines[part.name]?.cancelledInFlight = []
            if returned.contains(line) { rest(part.name, &action) } else { free(part.name) }
        }
        startLanes(&action)
        return action
    }

    /// Makes a line ready whose rest is over; its next batch holds the turn.
    mutating func restEnded(_ name: LineName, turn: (any GroupCommitTurn)?) -> OnLinesMoved {
        var action = OnLinesMoved()
        guard resting.remove(name) != nil, let line = lines.index(forKey: name) else {
            if let turn { action.turnsToEnd.append(turn) }
            return action
        }
        lines.values[line].turn = turn
        free(name, keepsPutOffs: true)
        startLanes(&action)
        return action
    }

    mutating func shutDown() -> OnShutDown {
        var action = OnShutDown(lanesToEnd: idleLanes)
        idleLanes = []
        if phase == .notRunning {
            action.itemsToRefuse = lines.values.flatMap { $0.entries.compactMap(\.item) }
            lines = [:]
            readyLines = []
            placesTaken = 0
            itemsWaiting = 0
        }
        for name in resting {
            guard let line = lines.removeValue(forKey: name) else { continue }
            placesTaken -= line.entries.count
            let items = line.entries.compactMap(\.item)
            itemsWaiting -= items.count
            action.itemsPutOff += items
        }
        resting = []
        phase = .draining
        return action
    }

    // MARK: Lines

    /// Returns whether the line has become ready by it.
    private static func append(_ entry: Entry, to line: inout Line) -> Bool {
        defer { line.entries.append(entry) }
        return line.entries.isEmpty && !line.isInFlight
    }

    private static func index(of number: UInt64, in entries: Deque<Entry>) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].number == number ? low : nil
    }

    /// Puts an entry back to the head of its line; false when its caller is to be answered instead.
    private mutating func takeBack(
        _ entry: Entry, to name: LineName, now: ContinuousClock.Instant, _ action: inout OnLinesMoved
    ) -> Bool {
        if lines[name]?.cancelledInFlight.contains(entry.number) ?? false {
            if let item = entry.item { action.itemsCancelled.append(item) }
            return false
        }
        let since = entry.putOffSince ?? now
        guard phase != .draining, since.duration(to: now) < putOffMax else {
            if let item = entry.item { action.itemsPutOff.append(item) }
            return false
        }
        placesTaken += 1
        itemsWaiting += 1
        lines[name]?.entries.prepend(Entry(number: entry.number, item: entry.item, putOffSince: since))
        return true
    }

    private mutating func rest(_ name: LineName, _ action: inout OnLinesMoved) {
        guard let line = lines.index(forKey: name) else { return }
        lines.values[line].putOffs += 1
        let putOffs = lines.values[line].putOffs
        resting.insert(name)
        // The first time it only waits for its turn in the row's line. After that it also pauses: 4 ms for a
        // transaction that is about to end, then twice as long each time, up to 256 ms.
        let pause: Duration = putOffs == 1 ? .zero : .milliseconds(1 << min(putOffs, 8))
        action.rests.append(Rest(name: name, pause: pause))
    }

    /// A line whose key is not in flight any more, nor resting.
    private mutating func free(_ name: LineName, keepsPutOffs: Bool = false) {
        guard let line = lines.index(forKey: name) else { return }
        lines.values[line].isInFlight = false
        if !keepsPutOffs { lines.values[line].putOffs = 0 }
        // A line whose callers were all cancelled keeps their places, and goes on to be taken and dropped.
        if lines.values[line].entries.isEmpty { lines.remove(at: line) } else { readyLines.append(name) }
    }

    // MARK: Batches

    private mutating func startLanes(_ action: inout OnLinesMoved) {
        while let lane = idleLanes.last, let next = takeBatch() {
            idleLanes.removeLast()
            action.starts.append((lane, next))
        }
    }

    /// Takes whole lines, oldest first, until the batch is full; marks their keys as in flight.
    private mutating func takeBatch() -> Batch? {
        guard !readyLines.isEmpty else { return nil }
        var batch = Batch()
        while batch.entries.count < itemsPerBatchMax, let name = readyLines.popFirst() {
            guard let line = lines.index(forKey: name) else { continue }
            let start = batch.entries.count
            placesTaken -= Self.take(from: &lines.values[line], into: &batch, upTo: itemsPerBatchMax)
            if batch.entries.count > start {
                batch.lines.append(Batch.Part(name: name, start: start))
            } else {
                lines.remove(at: line)
            }
        }
        itemsWaiting -= batch.entries.count
        itemsInFlight += batch.entries.count
        // When every caller was cancelled while the line waited for its turn, the batch only ends that turn.
        return batch.entries.isEmpty && batch.turns.isEmpty ? nil : batch
    }

    /// Returns how many places it took out of the line, those of cancelled callers included.
    private static func take(from line: inout Line, into batch: inout Batch, upTo itemsMax: Int) -> Int {
        let start = batch.entries.count
        var places = 0
        while batch.entries.count < itemsMax, let entry = line.entries.popFirst() {
            places += 1
            if entry.item != nil { batch.entries.append(entry) }
        }
        if let turn = line.turn.take() { batch.turns.append(turn) }
        line.isInFlight = batch.entries.count > start
        return places
    }
}
