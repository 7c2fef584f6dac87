/// How much of everything a history did, and how long it took, so that a run shows that it did not pass by doing
/// nothing.
struct Tally: Sendable {
    /// How often something was done, and for how long in all.
    struct Work: Sendable {
        var times = 0
        var duration = Duration.zero
    }

    /// How often each effect was seen.
    private(set) var counts: [String: Int] = [:]
    /// What the time went into: the operations, and what is done around them.
    private(set) var work: [String: Work] = [:]

    mutating func count(_ what: String, by number: Int = 1) { counts[what, default: 0] += number }

    mutating func time(
        _ what: String, since began: ContinuousClock.Instant, until ended: ContinuousClock.Instant = .now
    ) {
        work[what, default: Work()].times += 1
        work[what, default: Work()].duration += ended - began
    }

    mutating func add(_ other: Tally) {
        counts.merge(other.counts, uniquingKeysWith: +)
        work.merge(other.work) { Work(times: $0.times + $1.times, duration: $0.duration + $1.duration) }
    }

    /// The mix in words: what was done how often and for how long, the costliest first; then what came of it.
    var lines: [String] {
        let costliest = work.sorted { ($1.value.duration, $0.key) < ($0.value.duration, $1.key) }
        return costliest.map { name, work in
            let micros = work.duration / .microseconds(1)
            let tenths = Int(work.duration / .milliseconds(100))
            return
                "\(work.times) x \(name): \(tenths / 10).\(tenths % 10) s, \(Int(micros) / max(1, work.times)) us each"
        } + counts.sorted { $0.key < $1.key }.map { "\($1) \($0)" }
    }
}
