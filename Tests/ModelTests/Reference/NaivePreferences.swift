/// A card's links, from the list of what was said about them, read again from the beginning each time.
struct NaivePreferences {
    struct Event: Hashable {
        let program: String
        let stampMicros: Int64
        let isLink: Bool
        let account: String
        let parts: Int?
        /// The card that a platform's own call is about; nil for a webhook, which is about all cards of its user.
        var card: Int?

        /// Removals say nothing but that they are removals.
        var saying: String { isLink ? "LINKED \(account) \(parts ?? 0)" : "DELINKED" }
    }

    struct Link: Equatable {
        var isLinked = false
        var isHeld = false
        var account = ""
        var eventParts: Int?
        var allocatedParts: Int?
    }

    private var events: [Event] = []
    /// What operators decided that it does not count.
    private var discarded: Set<Event> = []
    private(set) var links: [String: Link] = [:]
    private(set) var version: Int64 = 0
    let echoMicros: Int64

    init(echoMicros: Int64) { self.echoMicros = echoMicros }

    /// The programs in force with their parts as given, in the order of their ids.
    var inForce: [(program: String, account: String, parts: Int)] {
        let linked = links.filter(\.value.isLinked).sorted { $0.key < $1.key }
        let known = linked.compactMap { $0.value.eventParts ?? $0.value.allocatedParts }
        // Half up: twice the sum over twice the count.
        let average = known.isEmpty ? 1 : max(1, (2 * known.reduce(0, +) + known.count) / (2 * known.count))
        return linked.map { ($0.key, $0.value.account, $0.value.eventParts ?? $0.value.allocatedParts ?? average) }
    }

    /// The shares in lowest terms.
    var shares: [NaiveSpend.Share] {
        let force = inForce
        return zip(force, NaiveSpend.reduced(force.map(\.parts))).map { .init(program: $0.program, parts: $1) }
    }

    /// The canonical text of the shares.
    var weights: String { shares.map { "\($0.program):\($0.parts)" }.joined(separator: ",") }

    mutating func hear(_ event: Event) { hear([event]) }

    /// Takes note of events that come together, as for a card registered after them: one version at most.
    mutating func hear(_ news: [Event]) {
        let before = inForce
        events += news
        for program in Set(news.map(\.program)) { read(program) }
        count(since: before)
    }

    /// Takes note of a platform's own call, with the parts that it may allocate: one version at most.
    mutating func hear(_ event: Event, allocating parts: Int?) {
        let before = inForce
        events.append(event)
        read(event.program)
        if let parts { links[event.program]?.allocatedParts = parts }
        count(since: before)
    }

    /// Takes events out of the count, as an operator decided, whether they were heard already or not.
    mutating func discard(_ others: Set<Event>) {
        let before = inForce
        discarded.formUnion(others)
        for program in Set(others.map(\.program)) where links[program] != nil { read(program) }
        count(since: before)
    }

    /// The newest words about a program when they disagree; empty otherwise.
    func disputed(_ program: String) -> Set<Event> {
        let said = counted(program)
        guard let newest = said.keys.max().flatMap({ said[$0] }), Set(newest.map(\.saying)).count > 1 else { return [] }
        return newest
    }

    mutating func allocate(_ parts: [String: Int]) {
        let before = inForce
        for (program, parts) in parts { links[program]?.allocatedParts = parts }
        count(since: before)
    }

    private mutating func count(since before: [(program: String, account: String, parts: Int)]) {
        let after = inForce
        let isSame = before.count == after.count && zip(before, after).allSatisfy { $0 == $1 }
        if !isSame { version += 1 }
    }

    /// The words about a program that count, by their stamp: webhooks that repeat one are dropped, also one that does not
    /// count, and then what operators discarded.
    private func counted(_ program: String) -> [Int64: Set<Event>] {
        var lastSaid: [String: Int64] = [:]
        var byStamp: [Int64: Set<Event>] = [:]
        for event in Set(events.filter { $0.program == program }).sorted(by: { $0.stampMicros < $1.stampMicros }) {
            if event.card == nil {
                if let last = lastSaid[event.saying], event.stampMicros > last, event.stampMicros - last <= echoMicros {
                    continue
                }
                lastSaid[event.saying] = event.stampMicros
            }
            if !discarded.contains(event) { byStamp[event.stampMicros, default: []].insert(event) }
        }
        return byStamp
    }

    /// What the events of a program come to: the newest stamp on which all agree decides.
    private mutating func read(_ program: String) {
        let byStamp = counted(program)
        var link = links[program] ?? Link()
        link.isHeld = false
        link.isLinked = false
        link.account = ""
        link.eventParts = nil
        var isDecided = false
        for stamp in byStamp.keys.sorted(by: >) {
            guard let said = byStamp[stamp], let event = said.first else { continue }
            if Set(said.map(\.saying)).count > 1 {
                if !isDecided, stamp == byStamp.keys.max() { link.isHeld = true }
                continue
            }
            if !isDecided {
                isDecided = true
                link.isLinked = event.isLink
                link.eventParts = event.isLink ? event.parts : nil
            }
            if event.isLink {
                link.account = event.account
                break
            }
        }
        links[program] = link
    }
}
