/// A card's links, from the list of what was said about them, read again from the beginning each time.
struct NaivePreferences {
    struct Event: Hashable {
        let program: String
        let stampMicros: Int64
        let isLink: Bool
        let account: String
        let parts: Int?

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

    /// What the events of a program come to: repetitions are dropped, the newest stamp on which all agree decides.
    private mutating func read(_ program: String) {
        var lastSaid: [String: Int64] = [:]
        var byStamp: [Int64: Set<Event>] = [:]
        for event in Set(events.filter { $0.program == program }).sorted(by: { $0.stampMicros < $1.stampMicros }) {
            if let last = lastSaid[event.saying], event.stampMicros > last, event.stampMicros - last <= echoMicros {
                continue
            }
            lastSaid[event.saying] = event.stampMicros
            byStamp[event.stampMicros, default: []].insert(event)
        }
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
