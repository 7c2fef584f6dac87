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
        /// Why it waits for a decision.
        var held: String?
        var account = ""
        var eventParts: Int?
        var allocatedParts: Int?
    }

    private var events: [Event] = []
    /// What operators decided that it does not count.
    private var discarded: Set<Event> = []
    /// What operators decided that it is no retry.
    private var confirmed: Set<Event> = []
    /// What was answered while its sender waited.
    private var answered: Set<Event> = []
    private(set) var links: [String: Link] = [:]
    private(set) var version: Int64 = 0
    /// How long after a webhook its sender may send it again.
    let retryMicros: Int64

    init(retryMicros: Int64) { self.retryMicros = retryMicros }

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

    /// Takes note that events are no retries, as an operator decided.
    mutating func confirm(_ others: Set<Event>) {
        confirmed.formUnion(others)
        for program in Set(others.map(\.program)) where links[program] != nil { read(program) }
    }

    /// Takes note of which events are answered, or no longer so; that changes no preference.
    mutating func answer(_ others: Set<Event>, _ isAnswered: Bool = true) {
        let before = inForce
        if isAnswered { answered.formUnion(others) } else { answered.subtract(others) }
        for program in Set(others.map(\.program)) where links[program] != nil { read(program) }
        count(since: before)
    }

    /// The newest words about a program when they disagree; empty otherwise.
    func disputed(_ program: String) -> Set<Event> {
        let said = counted(program)
        guard let newest = said.keys.max().flatMap({ said[$0] }), Set(newest.map(\.saying)).count > 1 else { return [] }
        return newest
    }

    /// The words in force about a program, when each of them may be a retry of one that was said before something else
    /// was: of a webhook that may have gone unanswered, said no longer ago than its sender tries. Empty otherwise.
    func retried(_ program: String) -> Set<Event> {
        let said = counted(program)
        let agreed = said.filter { Set($0.value.map(\.saying)).count == 1 }
        guard let newest = agreed.keys.max(), let saying = agreed[newest]?.first?.saying else { return [] }
        // Said again and again since nothing else was said.
        let other = said.filter { $0.key < newest && Set($0.value.map(\.saying)) != [saying] }.keys.max()
        let run = said.filter { $0.key <= newest && $0.key > other ?? .min }
        let words = Set(run.values.flatMap { $0 })
        let began = run.keys.min() ?? newest
        let unanswered = events.filter {
            $0.program == program && $0.card == nil && $0.saying == saying && $0.stampMicros < began
                && !answered.contains($0)
        }
        let isOpen = words.allSatisfy { word in
            word.card == nil && !confirmed.contains(word)
                && unanswered.contains { word.stampMicros - $0.stampMicros <= retryMicros }
        }
        return isOpen ? words : []
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

    /// The words about a program that count, by their stamp: all but what operators discarded.
    private func counted(_ program: String) -> [Int64: Set<Event>] {
        let counted = Set(events.filter { $0.program == program }).subtracting(discarded)
        return Dictionary(grouping: counted, by: \.stampMicros).mapValues(Set.init)
    }

    /// What the events of a program come to: the newest stamp on which all agree decides.
    private mutating func read(_ program: String) {
        let byStamp = counted(program)
        var link = links[program] ?? Link()
        link.held = retried(program).isEmpty ? nil : "MAY_BE_A_RETRY"
        link.isLinked = false
        link.account = ""
        link.eventParts = nil
        var isDecided = false
        for stamp in byStamp.keys.sorted(by: >) {
            guard let said = byStamp[stamp], let event = said.first else { continue }
            if Set(said.map(\.saying)).count > 1 {
                if !isDecided, stamp == byStamp.keys.max() { link.held = "SAME_STAMP_CONFLICT" }
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
