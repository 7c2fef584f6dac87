/// What a history has done so far, kept in lists and sums: what the database is compared with after every step.
struct NaiveWorld {
    struct Card {
        let id: String
        let sourceUser: String
        let cardProgram: String
        var isRegistered = false
        var preferences = NaivePreferences(retryMicros: ServiceUnderTest.retrySeconds * 1_000_000)
        /// Every version with its shares and from when it holds.
        var versions: [(version: Int64, shares: [NaiveSpend.Share], effectiveMicros: Int64)] = []
        /// Everything spent under each weight vector.
        var totals: [String: Int64] = [:]
    }

    struct PositionKey: Hashable {
        let card: Int
        let program: String
    }

    struct MonthKey: Hashable {
        let card: Int
        let program: String
        let month: String
    }

    struct Position {
        var earned: Int64 = 0
        var clawedBack: Int64 = 0
        var writtenOff: Int64 = 0
        var balance: Int64 { earned - clawedBack + writtenOff }
    }

    struct Authorization {
        let id: String
        let card: Int
        let amount: Int64
        let version: Int64
        let shares: [NaiveSpend.Share]
        var isOpen = true
    }

    struct Refund {
        enum Status: String {
            case applied
            case waiting
            case held
            case undone
        }

        let id: String
        let card: Int
        let amount: Int64
        /// The spend it names, here already or not; nil when one is to be found.
        let named: String?
        /// The authorisation it names beside no spend, here already or not.
        var link: String?
        var status: Status
        /// What it takes of which spend at this moment.
        var parts: [String: Int64] = [:]
    }

    /// Two to the sixtieth: the most that a card may ever have earned with a program.
    static let earnedMax: Int64 = 1_152_921_504_606_846_976

    /// What became of what a spend held.
    enum Release {
        /// It was split as if it had been a purchase by itself.
        case decided(NaiveSpend)
        case expired(version: Int64)
    }

    let quota = NaiveQuota()
    /// The program that is offered what no linked program takes; nil when that is held or excluded.
    let service: String?
    /// Whether what every linked program refuses is held.
    let holdsRefused: Bool
    /// What was released or has expired, by spend.
    var releases: [String: Release] = [:]
    /// Spends and releases in the order in which they were decided.
    var decided: [(spend: String, isOfRelease: Bool)] = []
    var cards: [Card]
    var plugins: [String: NaivePlugin] = [:]
    /// How often each program was configured again.
    var configurationNumbers: [String: Int64] = [:]
    /// In the order in which they were recorded.
    var spends: [NaiveSpend] = []
    var whole: [String: NaiveSpend.Split] = [:]
    var positions: [PositionKey: Position] = [:]
    var months: [MonthKey: Month] = [:]
    var authorizations: [Authorization] = []
    var refunds: [Refund] = []
    /// What was taken from each card's program, amount and earning, by refunds.
    var taken: [PositionKey: NaiveSpend.Part] = [:]

    init(service: String? = nil, holdsRefused: Bool = false) {
        self.service = service
        self.holdsRefused = holdsRefused
        cards = [
            Card(id: "card-0", sourceUser: "user-0", cardProgram: ""),
            Card(id: "card-1", sourceUser: "user-0", cardProgram: "gold"),
            Card(id: "card-2", sourceUser: "user-2", cardProgram: "basic"),
        ]
    }

    func spend(_ id: String) -> Int? { spends.firstIndex { $0.id == id } }

    /// Puts a plugin in force; what is in force already changes nothing.
    mutating func configure(_ program: String, _ plugin: NaivePlugin) {
        guard plugins[program] != plugin else { return }
        plugins[program] = plugin
        configurationNumbers[program, default: 0] += 1
    }

    /// Notes the version that has come to be in force, if another one is.
    mutating func noteVersion(_ card: Int, effectiveMicros: Int64) {
        let preferences = cards[card].preferences
        guard cards[card].versions.last?.version ?? 0 != preferences.version else { return }
        // No version takes effect before the one it replaces did.
        let effective = max(effectiveMicros, cards[card].versions.last?.effectiveMicros ?? effectiveMicros)
        cards[card].versions.append((preferences.version, preferences.shares, effective))
    }

    /// Records a spend under the given shares and returns its split.
    mutating func record(
        _ id: String, card: Int, amount: Int64, merchant: String, category: String, occurredMicros: Int64,
        version: Int64, shares: [NaiveSpend.Share], authorization: String = "", recordedMicros: Int64 = 0
    ) -> NaiveSpend.Split {
        var spend = undecided(
            id, card: card, amount: amount, merchant: merchant, category: category, occurredMicros: occurredMicros,
            version: version, shares: shares, authorization: authorization)
        spend.holdsRefused = holdsRefused
        spend.recordedMicros = recordedMicros
        let split = decide(&spend)
        spends.append(spend)
        decided.append((id, false))
        whole[id] = split
        return split
    }

    /// A purchase with everything that it would be decided on now.
    private func undecided(
        _ id: String, card: Int, amount: Int64, merchant: String, category: String, occurredMicros: Int64,
        version: Int64, shares: [NaiveSpend.Share], authorization: String
    ) -> NaiveSpend {
        let weights = Self.weights(shares)
        let month = Self.month(occurredMicros)
        var before: [String: Month] = [:]
        let service = shares.contains { $0.program == self.service } ? nil : self.service
        let asked = shares.map(\.program) + (service.map { [$0] } ?? [])
        for program in asked { before[program] = months[MonthKey(card: card, program: program, month: month)] }
        return NaiveSpend(
            id: id, card: card, amount: amount, merchant: merchant, category: category,
            occurredMicros: occurredMicros, version: version, shares: shares, service: service,
            runningBefore: cards[card].totals[weights] ?? 0,
            plugins: plugins.filter { asked.contains($0.key) }, months: before,
            authorization: authorization.isEmpty ? nil : authorization)
    }

    static func weights(_ shares: [NaiveSpend.Share]) -> String {
        shares.map { "\($0.program):\($0.parts)" }.joined(separator: ",")
    }

    /// Splits it, and counts it on the card's totals.
    private mutating func decide(_ spend: inout NaiveSpend) -> NaiveSpend.Split {
        let split = spend.decide(quota)
        if !spend.shares.isEmpty { cards[spend.card].totals[Self.weights(spend.shares), default: 0] += spend.amount }
        for (program, part) in split.legs {
            positions[PositionKey(card: spend.card, program: program), default: Position()].earned += part.micro
            if plugins[program]?.isMonthly == true {
                let key = MonthKey(card: spend.card, program: program, month: Self.month(spend.occurredMicros))
                months[key, default: Month()].accepted += part.amount
                months[key, default: Month()].earned += part.micro
            }
        }
        return split
    }

    /// Decides under the preference in force what a spend held. What refunds have taken of that was never to be
    /// released.
    mutating func release(_ index: Int, version: Int64, shares: [NaiveSpend.Share]) {
        let spend = spends[index]
        var released = undecided(
            spend.id, card: spend.card, amount: whole[spend.id]?.held ?? 0, merchant: spend.merchant,
            category: spend.category, occurredMicros: spend.occurredMicros, version: version, shares: shares,
            authorization: "")
        let all = decide(&released)
        releases[spend.id] = .decided(released)
        decided.append((spend.id, true))
        let left = released.split(of: heldBySpend(index), quota)
        _ = take(all.less(left), from: released)
    }

    /// What a spend's own decision holds of what is not refunded.
    func heldBySpend(_ index: Int) -> Int64 {
        spends[index].split(of: spends[index].amount - spends[index].refunded, quota).held
    }

    /// Moves a spend's refunded total and returns what that took, or gave back below zero.
    mutating func move(_ index: Int, refundedBy amount: Int64) -> NaiveSpend.Split {
        let spend = spends[index]
        let open = spend.amount - spend.refunded
        let before = spend.split(of: open, quota)
        let after = spend.split(of: open - amount, quota)
        var difference = take(before.less(after), from: spend)
        spends[index].refunded += amount
        switch releases[spend.id] {
        case nil: break
        case .expired: (difference.excluded, difference.held) = (difference.excluded + difference.held, 0)
        case .decided(let released):
            difference.held = 0
            let ofRelease = released.split(of: before.held, quota).less(released.split(of: after.held, quota))
            difference = difference.plus(take(ofRelease, from: released))
        }
        return difference
    }

    /// Takes a difference of what a decision gave from positions and months.
    private mutating func take(_ difference: NaiveSpend.Split, from spend: NaiveSpend) -> NaiveSpend.Split {
        for (program, part) in difference.legs {
            let key = PositionKey(card: spend.card, program: program)
            positions[key, default: Position()].clawedBack += part.micro
            taken[key, default: .init()].amount += part.amount
            taken[key, default: .init()].micro += part.micro
            let monthKey = MonthKey(card: spend.card, program: program, month: Self.month(spend.occurredMicros))
            if let decided = spend.settled[program]?.plugin ?? spend.plugins[program], decided.isMonthly {
                months[monthKey, default: Month()].accepted -= part.amount
                months[monthKey, default: Month()].earned -= part.micro
            }
        }
        return difference
    }

    /// What was written off of a debt that is gone with its refund was not given up: it would be points once more.
    mutating func reverseWriteOffs() {
        for key in positions.keys {
            guard let position = positions[key], position.writtenOff > position.clawedBack else { continue }
            positions[key]?.writtenOff = position.clawedBack
        }
    }

    /// `2026-03`, from whole days counted one year and one month after the other.
    static func month(_ micros: Int64) -> String {
        var days = micros / 86_400_000_000
        var year: Int64 = 1970
        func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        while days >= (isLeap(year) ? 366 : 365) {
            days -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 0
        let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        while days >= lengths[month] {
            days -= lengths[month]
            month += 1
        }
        return "\(year)-\(month < 9 ? "0" : "")\(month + 1)"
    }
}
