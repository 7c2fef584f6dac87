/// A recorded spend with everything its decision rests on, and the split of any first part of it.
struct NaiveSpend {
    struct Share: Hashable {
        let program: String
        let parts: Int
    }

    /// A leg that was parked and settled later: who decided it at last, and on which month.
    struct Settled {
        let plugin: NaivePlugin
        let month: Month
    }

    struct Part: Equatable {
        var amount: Int64 = 0
        var micro: Int64 = 0
    }

    /// The split of an amount; programs that have nothing of it are left out.
    struct Split: Equatable {
        var legs: [String: Part] = [:]
        var excluded: Int64 = 0
        var held: Int64 = 0

        /// Both together.
        func plus(_ other: Split) -> Split {
            var sum = Split(legs: legs, excluded: excluded + other.excluded, held: held + other.held)
            for (program, part) in other.legs {
                let mine = legs[program] ?? Part()
                sum.legs[program] = Part(amount: mine.amount + part.amount, micro: mine.micro + part.micro)
                if sum.legs[program] == Part() { sum.legs[program] = nil }
            }
            return sum
        }

        /// What goes when this split shrinks to `smaller`.
        func less(_ smaller: Split) -> Split {
            var difference = Split(excluded: excluded - smaller.excluded, held: held - smaller.held)
            for program in Set(legs.keys).union(smaller.legs.keys) {
                let (mine, others) = (legs[program] ?? Part(), smaller.legs[program] ?? Part())
                let part = Part(amount: mine.amount - others.amount, micro: mine.micro - others.micro)
                if part != Part() { difference.legs[program] = part }
            }
            return difference
        }
    }

    let id: String
    let card: Int
    let amount: Int64
    let merchant: String
    let category: String
    let occurredMicros: Int64
    let version: Int64
    /// In the order of the programs' ids.
    let shares: [Share]
    /// The service's program, when it is offered what nobody else takes; nil also when it is linked itself.
    let service: String?
    let runningBefore: Int64
    let plugins: [String: NaivePlugin]
    let months: [String: Month]
    let authorization: String?
    /// Whether what every program refuses is held and not excluded.
    var holdsRefused = false
    var recordedMicros: Int64 = 0
    /// The programs whose legs parked when the whole amount was decided.
    var parked: Set<String> = []
    var settled: [String: Settled] = [:]
    var refunded: Int64 = 0

    /// Decides the whole amount and finds out which legs park.
    mutating func decide(_ quota: NaiveQuota) -> Split {
        defer { if let service, plugins[service] == nil, rest(of: amount, quota) > 0 { parked.insert(service) } }
        guard !shares.isEmpty else { return split(of: amount, quota) }
        let first = quota.shares(shares.map(\.parts), after: runningBefore, amount: amount)
        parked = Set(
            shares.indices.filter { first[$0] > 0 && plugins[shares[$0].program] == nil }.map { shares[$0].program })
        while true {
            let units = units(of: amount, quota).legs
            let more = units.keys.filter { units[$0] ?? 0 > 0 && plugins[$0] == nil && !parked.contains($0) }
            if more.isEmpty { return split(of: amount, quota) }
            parked.formUnion(more)
        }
    }

    /// The split of the first `part` of the amount under the same decision.
    func split(of part: Int64, _ quota: NaiveQuota) -> Split {
        guard part > 0 else { return Split() }
        guard !shares.isEmpty || service != nil else { return Split(held: part) }
        var (units, rest) = shares.isEmpty ? ([:], part) : units(of: part, quota)
        if let service {
            // Without a plugin it keeps all it is offered, parked.
            units[service] = plugins[service]?.capacity(of: rest, months[service] ?? Month()) ?? rest
            rest -= units[service] ?? 0
        }
        var split = holdsRefused && service == nil ? Split(held: rest) : Split(excluded: rest)
        for (program, amount) in units where amount > 0 {
            split.legs[program] = Part(amount: amount, micro: micro(program, amount))
        }
        return split
    }

    /// What no linked program takes of the first `part` of the amount.
    private func rest(of part: Int64, _ quota: NaiveQuota) -> Int64 {
        shares.isEmpty ? part : units(of: part, quota).rest
    }

    private func micro(_ program: String, _ amount: Int64) -> Int64 {
        if parked.contains(program) {
            guard let settled = settled[program] else { return 0 }
            return settled.plugin.micro(settled.plugin.capacity(of: amount, settled.month), settled.month)
        }
        return plugins[program]?.micro(amount, months[program] ?? Month()) ?? 0
    }

    /// Unit by unit: who is awarded it, whether he takes it, and who gets it instead.
    private func units(of part: Int64, _ quota: NaiveQuota) -> (legs: [String: Int64], rest: Int64) {
        let parts = shares.map(\.parts)
        let room = shares.map { share -> Int64 in
            guard !parked.contains(share.program), let plugin = plugins[share.program] else { return .max }
            return plugin.capacity(of: part, months[share.program] ?? Month())
        }
        var legs = Array(repeating: Int64(0), count: shares.count)
        var isClosed = Array(repeating: false, count: shares.count)
        var offeredOn: Int64 = 0
        var rest: Int64 = 0
        for unit in 0..<part {
            let awarded = quota.winner(parts, after: runningBefore + unit)
            if !isClosed[awarded], legs[awarded] < room[awarded] {
                legs[awarded] += 1
                continue
            }
            if !isClosed[awarded] {
                isClosed[awarded] = true
                offeredOn = 0
            }
            var isPlaced = false
            while !isPlaced {
                let open = shares.indices.filter { !isClosed[$0] && !parked.contains(shares[$0].program) }
                if open.isEmpty {
                    rest += 1
                    isPlaced = true
                } else {
                    let next = open[quota.winner(Self.reduced(open.map { parts[$0] }), after: offeredOn)]
                    if legs[next] < room[next] {
                        legs[next] += 1
                        offeredOn += 1
                        isPlaced = true
                    } else {
                        isClosed[next] = true
                        offeredOn = 0
                    }
                }
            }
        }
        return (Dictionary(zip(shares.map(\.program), legs)) { $1 }, rest)
    }

    /// Parts without a common divisor.
    static func reduced(_ parts: [Int]) -> [Int] {
        guard let smallest = parts.min() else { return parts }
        for divisor in stride(from: smallest, to: 1, by: -1) where parts.allSatisfy({ $0 % divisor == 0 }) {
            return parts.map { $0 / divisor }
        }
        return parts
    }
}
