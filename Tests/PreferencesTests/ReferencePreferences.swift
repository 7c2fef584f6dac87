/// What preferences must be, kept in plain lists and asked in plain words: no stamp order, no tables, no code of the
/// room.
struct ReferencePreferences {
    struct Said: Hashable {
        var program: String
        var stamp: Int64
        /// Nil for a removal.
        var account: String?
        var parts: Int?
        /// Nil for a webhook, which speaks of every card.
        var card: String?
        var inboxID: Int64?
        /// Every delivery that said it, the first among them.
        var deliveries: Set<Int64> = []
        var known: Int64
        /// When an operator's decision against it was known.
        var discarded: Int64?
        /// Whether an operator said that it is no retry.
        var isConfirmed = false

        var content: [String] { account.map { ["linked", $0, parts.map(String.init) ?? ""] } ?? ["delinked"] }
    }

    struct Share {
        let card: String
        let program: String
        let parts: Int
        let stamp: Int64
        let known: Int64
    }

    private(set) var said: [Said] = []
    private(set) var shares: [Share] = []
    private(set) var registered: [String: Int64] = [:]
    /// The deliveries that were answered in time.
    private(set) var answered: Set<Int64> = []
    private static let retry: Int64 = 60_000_000

    mutating func register(_ card: String, now: Int64) { registered[card] = now }

    /// A webhook; one that repeats what came before is nothing new, but its sender may not have had an answer.
    mutating func deliver(_ event: Said) {
        let known = said.firstIndex {
            $0.program == event.program && $0.stamp == event.stamp && $0.content == event.content && $0.card == nil
        }
        let place = known ?? said.endIndex
        if known == nil { said.append(event) }
        said[place].deliveries.formUnion(event.inboxID.map { [$0] } ?? [])
    }

    /// The deliveries that may have gone unanswered.
    var unanswered: Set<Int64> { Set(said.flatMap(\.deliveries)).subtracting(answered) }

    /// A platform's call: stamped by the clock, and after everything said of the program.
    mutating func call(_ program: String, account: String?, parts: Int?, card: String, now: Int64) {
        let newest = said.filter { $0.program == program }.map(\.stamp).max() ?? .min
        let stamp = max(now, newest == .min ? .min : newest + 1)
        said.append(Said(program: program, stamp: stamp, account: account, card: card, known: now))
        if let parts { allocate(program, parts: parts, card: card, stamp: stamp, now: now) }
    }

    mutating func allocate(_ program: String, parts: Int, card: String, stamp: Int64, now: Int64) {
        let newest = shares.last { $0.card == card }?.stamp ?? .min
        shares.append(Share(card: card, program: program, parts: parts, stamp: max(stamp, newest), known: now))
    }

    /// A webhook was answered in time.
    mutating func answer(_ inboxID: Int64) { answered.insert(inboxID) }

    /// An operator says that a webhook is a retry: it does not count, nor does what repeats it.
    mutating func discardRetry(_ inboxID: Int64, now: Int64) {
        var all = Set<Said>()
        for card in registered.keys {
            for program in Set(said.map(\.program)) {
                let words = retried(program, card)
                if words.contains(where: { $0.inboxID == inboxID }) { all.formUnion(words) }
            }
        }
        for index in said.indices where all.contains(said[index]) { said[index].discarded = now }
    }

    /// An operator lets a webhook count.
    mutating func resolve(_ inboxID: Int64, now: Int64) {
        guard let standing = said.first(where: { $0.inboxID == inboxID }) else { return }
        for index in said.indices where said[index].inboxID == inboxID { said[index].isConfirmed = true }
        let rivals = disputed().filter {
            $0.program == standing.program && $0.stamp == standing.stamp && $0.content != standing.content
        }
        for index in said.indices where rivals.contains(said[index]) { said[index].discarded = now }
    }

    /// Everything that is disputed now for at least one card.
    func disputed() -> Set<Said> {
        var all = Set<Said>()
        for card in registered.keys {
            for program in Set(said.map(\.program)) {
                let standing = standing(program, card, valid: .max, known: .max)
                let newest = standing.filter { $0.stamp == standing.map(\.stamp).max() }
                if Set(newest.map(\.content)).count > 1 { all.formUnion(newest) }
            }
        }
        return all
    }

    /// Everything that may be a retry now for at least one card.
    func retried() -> Set<Said> {
        var all = Set<Said>()
        for card in registered.keys {
            for program in Set(said.map(\.program)) { all.formUnion(retried(program, card)) }
        }
        return all
    }

    /// Whether a card and a program wait for a decision.
    func isHeld(_ program: String, _ card: String) -> Bool {
        let standing = standing(program, card, valid: .max, known: .max)
        let newest = standing.filter { $0.stamp == standing.map(\.stamp).max() }
        return Set(newest.map(\.content)).count > 1 || !retried(program, card).isEmpty
    }

    /// What says the word in force, since nothing else was said, when all of it may be a retry of what was said before.
    private func retried(_ program: String, _ card: String) -> Set<Said> {
        guard let word = deciding(program, card, valid: .max, known: .max) else { return [] }
        let standing = standing(program, card, valid: .max, known: .max)
        let others = standing.filter { $0.content != word.content && $0.stamp < word.stamp }
        let since = others.map(\.stamp).max() ?? .min
        let words = standing.filter { $0.content == word.content && $0.stamp > since && $0.stamp <= word.stamp }
        let began = words.map(\.stamp).min() ?? .max
        let mayComeAgain = said.filter {
            $0.program == program && $0.card == nil && $0.content == word.content && $0.stamp < began
                && !$0.deliveries.isSubset(of: answered)
        }
        let isOpen = words.allSatisfy { one in
            one.card == nil && !one.isConfirmed
                && mayComeAgain.contains { one.stamp - $0.stamp <= Self.retry }
        }
        return isOpen ? Set(words) : []
    }

    func isLinked(_ program: String, _ card: String) -> Bool {
        deciding(program, card, valid: .max, known: .max)?.account != nil
    }

    /// Program, account and parts, in the order of programs.
    func preference(_ card: String, valid: Int64 = .max, known: Int64 = .max) -> [String] {
        guard let since = registered[card], since <= known else { return [] }
        var links: [(program: String, account: String, parts: Int?)] = []
        for program in Set(said.map(\.program)).sorted() {
            guard let event = deciding(program, card, valid: valid, known: known), let account = event.account else {
                continue
            }
            let share = shares.last {
                $0.card == card && $0.program == program && $0.stamp <= valid && $0.known <= known
            }
            links.append((program, account, event.parts ?? share?.parts))
        }
        let own = links.compactMap(\.parts)
        let sum = own.reduce(0, +)
        // Half up: the integer nearest to sum / count, the greater of two.
        let average = own.isEmpty ? 1 : (sum + own.count / 2) / own.count
        return links.map { "\($0.program) \($0.account) \($0.parts ?? max(1, average))" }
    }

    private func deciding(_ program: String, _ card: String, valid: Int64, known: Int64) -> Said? {
        let standing = standing(program, card, valid: valid, known: known)
        let agreed = standing.filter { one in
            standing.allSatisfy { $0.stamp != one.stamp || $0.content == one.content }
        }
        return agreed.max { $0.stamp < $1.stamp }
    }

    /// What counts: what is not discarded.
    private func standing(_ program: String, _ card: String, valid: Int64, known: Int64) -> [Said] {
        let all = said.filter {
            $0.program == program && ($0.card ?? card) == card && $0.stamp <= valid && $0.known <= known
        }
        return all.filter { one in one.discarded.map { $0 > known } ?? true }
    }
}
