import Cosmo
import Testing

@testable import Preferences

/// The pure reading of a set of events (I-8).
@Suite struct PairStateTests {
    static let accountA = CosmoAccount(userID: "M-1")
    static let accountB = CosmoAccount(userID: "M-2")
    static let window = Duration.seconds(60)

    static func linked(_ second: Int64, _ account: CosmoAccount = accountA, parts: Int? = nil) -> ConnectionEvent {
        ConnectionEvent(
            programID: "prg_a", kind: .linked, stampMicros: second * 1_000_000, account: account, parts: parts)
    }

    static func delinked(_ second: Int64) -> ConnectionEvent {
        ConnectionEvent(programID: "prg_a", kind: .delinked, stampMicros: second * 1_000_000)
    }

    static func state(_ events: [ConnectionEvent]) -> PairState { PairState(events: events, retryWindow: window) }

    /// Sets of up to six events, each with the second of the event that must be in force and whether the pair is held.
    static let sets: [(events: [ConnectionEvent], inForce: Int64?, isHeld: Bool)] = [
        ([linked(0)], 0, false),
        ([linked(0), delinked(100)], 100, false),
        ([linked(0), delinked(100), linked(200)], 200, false),
        ([linked(0), delinked(10), linked(30)], 30, true),
        ([linked(0), delinked(10), linked(30), linked(90)], 30, false),
        ([linked(0), linked(100, accountB)], 100, false),
        ([linked(0), linked(100, accountB), delinked(100)], 0, true),
        ([linked(100), delinked(100)], nil, true),
        ([linked(100), delinked(100), delinked(200)], 200, false),
        ([linked(0), linked(100), delinked(100), linked(300, accountB), delinked(300), linked(500)], 500, false),
        (
            [delinked(0), linked(100), linked(100, accountA, parts: 5), delinked(120), linked(200, accountB)], 200,
            false
        ),
        ([linked(0), delinked(50), delinked(55), linked(55), linked(130, accountB)], 130, false),
    ]

    @Test("every order and duplication of a set of events gives one state", arguments: sets.indices)
    func everyOrderGivesOneState(index: Int) {
        let set = Self.sets[index]
        let expected = Self.state(set.events)
        #expect(expected.decidedBy?.stampMicros == set.inForce.map { $0 * 1_000_000 })
        #expect(expected.isHeld == set.isHeld)
        var orders = 0
        Permutations.each(set.events) { order in
            orders += 1
            let doubled = order.flatMap { [$0, $0] } + order.reversed()
            for events in [order, doubled] {
                let state = Self.state(events)
                #expect(state.decidedBy == expected.decidedBy)
                #expect(state.lastAccount == expected.lastAccount)
                #expect(Set(state.disputed) == Set(expected.disputed))
                #expect(Set(state.overtaken) == Set(expected.overtaken))
            }
        }
        #expect(orders == (1...set.events.count).reduce(1, *))
    }

    @Test("any random set of events gives one state in any order", arguments: [UInt64(1), 7, 2_026, 99_991])
    func randomSetsConverge(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let events = (0..<Int.random(in: 1...14, using: &random)).map { _ -> ConnectionEvent in
                let second = Int64.random(in: 0...12, using: &random) * 20
                var event =
                    Bool.random(using: &random)
                    ? Self.delinked(second)
                    : Self.linked(
                        second, Bool.random(using: &random) ? Self.accountA : Self.accountB,
                        parts: Bool.random(using: &random) ? 3 : nil)
                if Int.random(in: 0..<5, using: &random) == 0 { event.requestID = "r" }
                if Int.random(in: 0..<6, using: &random) == 0 { event.isStanding = false }
                event.isAnswered = event.requestID == nil && Bool.random(using: &random)
                return event
            }
            let expected = Self.state(events)
            for _ in 0..<6 {
                let order = events.shuffled(using: &random) + [events.randomElement(using: &random) ?? events[0]]
                let state = Self.state(order)
                let isEqual =
                    state.decidedBy?.content == expected.decidedBy?.content
                    && state.decidedBy?.stampMicros == expected.decidedBy?.stampMicros
                    && state.lastAccount == expected.lastAccount
                    && Set(state.disputed.map(\.content)) == Set(expected.disputed.map(\.content))
                    && Set(state.retried.map(\.stampMicros)) == Set(expected.retried.map(\.stampMicros))
                #expect(isEqual, "seed \(seed), round \(round): \(events.count) events")
            }
        }
    }

    @Test("a removal keeps the account of the last link, which earlier points are owed to")
    func removalKeepsAccount() {
        let state = Self.state([Self.linked(0), Self.linked(100, Self.accountB), Self.delinked(200)])
        #expect(state.decidedBy?.kind == .delinked)
        #expect(state.lastAccount == Self.accountB)
    }

    @Test("a platform's own call is never a possible retry")
    func platformCallsAreNoRetries() {
        var again = Self.linked(20)
        again.requestID = "r-2"
        let state = Self.state([Self.linked(0), Self.delinked(10), again])
        #expect(state.decidedBy == again)
        #expect(!state.isHeld)
    }

    @Test("what an operator discarded may come again: that is held, unless the discarded delivery was answered")
    func discardedEventsMayComeAgain() {
        var discarded = Self.delinked(10)
        discarded.isStanding = false
        let state = Self.state([Self.linked(10), discarded, Self.delinked(40)])
        #expect(state.decidedBy == Self.delinked(40))
        #expect(state.heldReason == .mayBeRetry)
        discarded.isAnswered = true
        #expect(!Self.state([Self.linked(10), discarded, Self.delinked(40)]).isHeld)
    }

    @Test("removals that differ in what they carry along agree")
    func removalsAgree() {
        var other = Self.delinked(10)
        other.account = Self.accountB
        let state = Self.state([Self.delinked(10), other])
        #expect(!state.isHeld)
        #expect(Self.delinked(10).contentDigest == other.contentDigest)
    }

    @Test("the content digest tells apart what matters and nothing else")
    func digests() {
        let base = Self.linked(1)
        #expect(base.contentDigest == Self.linked(2).contentDigest)
        #expect(base.contentDigest != Self.linked(1, Self.accountB).contentDigest)
        #expect(base.contentDigest != Self.linked(1, parts: 1).contentDigest)
        #expect(base.contentDigest != Self.delinked(1).contentDigest)
        let one = ConnectionEvent(
            programID: "p", kind: .linked, stampMicros: 0, account: CosmoAccount(fields: ["a": "bc"]))
        let two = ConnectionEvent(
            programID: "p", kind: .linked, stampMicros: 0, account: CosmoAccount(fields: ["ab": "c"]))
        #expect(one.contentDigest != two.contentDigest)
    }
}
