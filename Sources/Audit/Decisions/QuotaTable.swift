/// X, the shares of a running total, computed in another way than the splitter does it.
///
/// Balinski and Young's quota method gives each unit to the program with the largest `parts / (seats + 1)` among those
/// that stay below their upper quota. Read as a timetable that is: the k-th unit of a program may be given from unit
/// `⌊(k − 1) × sum / parts⌋` on, is due at `k × sum / parts`, and of all units that may be given the one due first is.
/// So this builds the whole timetable of one period by the earliest due date, and the splitter's loop is nowhere in it.
/// **Cost** sum × log(sum) steps once; then a look-up and at most 63 additions.
struct QuotaTable {
    private let parts: [Int64]
    private let period: Int64
    /// Which program has each unit of the period.
    private let owners: [UInt8]
    /// How many units each program has before every 64th unit, a row of `parts.count` each.
    private let counts: [Int32]

    private static let stride = 64

    /// - Parameter parts: 1 to 16 positive parts whose sum is at most 160,000.
    init(parts: [Int64]) {
        let sum = parts.reduce(0, +)
        var released = [[Unit]](repeating: [], count: Int(sum))
        for (program, share) in parts.enumerated() {
            for ordinal in 1...share {
                released[Int((ordinal - 1) * sum / share)].append(
                    Unit(program: program, ordinal: ordinal, parts: share))
            }
        }
        var due = DueUnits()
        var owners: [UInt8] = []
        var counts: [Int32] = []
        var count = [Int32](repeating: 0, count: parts.count)
        owners.reserveCapacity(Int(sum))
        for unit in 0..<Int(sum) {
            if unit % Self.stride == 0 { counts.append(contentsOf: count) }
            for new in released[unit] { due.insert(new) }
            guard let first = due.removeFirst() else { continue }
            owners.append(UInt8(first.program))
            count[first.program] += 1
        }
        self.parts = parts
        self.period = sum
        self.owners = owners
        self.counts = counts
    }

    /// What each program has of a running total of zero or more.
    func shares(of total: Int64) -> [Int64] {
        let (periods, rest) = total.quotientAndRemainder(dividingBy: period)
        let row = Int(rest) / Self.stride
        var shares = parts.indices.map { program in
            periods * parts[program] + Int64(counts[row * parts.count + program])
        }
        for unit in row * Self.stride..<Int(rest) { shares[Int(owners[unit])] += 1 }
        return shares
    }
}

/// The k-th unit of a program, due at k × sum / parts.
private struct Unit {
    let program: Int
    let ordinal: Int64
    let parts: Int64

    func isDueBefore(_ other: Unit) -> Bool {
        let (mine, others) = (ordinal * other.parts, other.ordinal * parts)
        return mine == others ? program < other.program : mine < others
    }
}

/// A binary heap, the unit due first on top.
private struct DueUnits {
    private var heap: [Unit] = []

    mutating func insert(_ unit: Unit) {
        heap.append(unit)
        var place = heap.count - 1
        while place > 0, case let parent = (place - 1) / 2, heap[place].isDueBefore(heap[parent]) {
            heap.swapAt(place, parent)
            place = parent
        }
    }

    mutating func removeFirst() -> Unit? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var place = 0
        while true {
            var best = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if heap[child].isDueBefore(heap[best]) { best = child }
            }
            guard best != place else { return first }
            heap.swapAt(place, best)
            place = best
        }
    }
}
