import Cosmo
import Testing

@testable import Preferences

/// A word that returns to an earlier one: it is new when the earlier delivery was answered in time, and may be a retry
/// otherwise. The pure reading (I-8).
@Suite struct RetriedWordTests {
    /// What somebody says in turn who tries things out.
    struct Play: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [ConnectionEvent]

        var testDescription: String { name }
    }

    static let accountA = CosmoAccount(userID: "M-1")
    static let accountB = CosmoAccount(userID: "M-2")

    static func said(
        _ second: Int64, _ account: CosmoAccount?, parts: Int? = nil, isAnswered: Bool = true, requestID: String? = nil
    ) -> ConnectionEvent {
        ConnectionEvent(
            programID: "prg_a", kind: account == nil ? .delinked : .linked, stampMicros: second * 1_000_000,
            account: account ?? CosmoAccount(), parts: parts, requestID: requestID,
            isAnswered: isAnswered && requestID == nil)
    }

    static func state(_ events: [ConnectionEvent], window: Duration = .seconds(60)) -> PairState {
        PairState(events: events, retryWindow: window)
    }

    /// Each ends with a word that was said before, within the window.
    static let plays = [
        Play(
            name: "linked, removed, linked to another account, removed",
            events: [said(0, accountA), said(10, nil), said(20, accountB), said(30, nil)]),
        Play(
            name: "an account, another, the first",
            events: [said(0, accountA), said(10, accountB), said(20, accountA)]),
        Play(name: "linked, removed, linked", events: [said(0, accountA), said(10, nil), said(20, accountA)]),
        Play(
            name: "30 parts, 70, 30",
            events: [said(0, accountA, parts: 30), said(10, accountA, parts: 70), said(20, accountA, parts: 30)]),
        Play(
            name: "removed, linked by a platform's call, removed",
            events: [said(0, nil), said(10, accountA, requestID: "r-1"), said(20, nil)]),
    ]

    @Test("the newest word is new when the earlier delivery was answered in time", arguments: plays)
    func answeredIsNew(play: Play) {
        let state = Self.state(play.events)
        #expect(state.decidedBy == play.events.last)
        #expect(!state.isHeld)
    }

    @Test("the newest word wins and is held when the earlier delivery may have gone unanswered", arguments: plays)
    func unansweredIsHeld(play: Play) {
        var events = play.events
        let last = events[events.count - 1]
        for index in events.indices.dropLast() where events[index].content == last.content {
            events[index].isAnswered = false
        }
        let state = Self.state(events)
        #expect(state.decidedBy == last)
        #expect(state.heldReason == .mayBeRetry)
        #expect(state.retried == [last])
        // Whether the newest delivery itself was answered says nothing about whose retry it is.
        events[events.count - 1].isAnswered = false
        #expect(Self.state(events).isHeld)
        // A sender does not try without end.
        #expect(!Self.state(events, window: .seconds(9)).isHeld)
    }

    @Test("a repetition of the newest word changes nothing, not even since when it is in force, and needs no answer")
    func repetitionIsHarmless() {
        let state = Self.state([
            Self.said(0, Self.accountB), Self.said(10, Self.accountA, isAnswered: false),
            Self.said(20, Self.accountA, isAnswered: false), Self.said(500, Self.accountA),
        ])
        #expect(state.decidedBy?.stampMicros == 10_000_000)
        #expect(state.repeatedBy?.stampMicros == 500_000_000)
        #expect(!state.isHeld)
    }

    @Test("each of a word's repetitions may be the retry; one that cannot be settles the matter")
    func oneGenuineRepetitionSettles() {
        let open = [
            Self.said(0, Self.accountA, isAnswered: false), Self.said(10, nil), Self.said(20, Self.accountA),
            Self.said(50, Self.accountA),
        ]
        #expect(Self.state(open).retried.map(\.stampMicros) == [20_000_000, 50_000_000])
        #expect(!Self.state(open + [Self.said(61, Self.accountA)]).isHeld)
        #expect(!Self.state(open + [Self.said(55, Self.accountA, requestID: "r-1")]).isHeld)
        var confirmed = open
        confirmed[3].isConfirmed = true
        #expect(!Self.state(confirmed).isHeld)
    }

    @Test("what an operator discarded as a retry gives way to the word before it, which may be one itself")
    func discardedGivesWay() {
        var events = [
            Self.said(0, Self.accountA), Self.said(5, nil, isAnswered: false), Self.said(10, Self.accountB),
            Self.said(20, nil), Self.said(30, Self.accountB),
        ]
        #expect(!Self.state(events).isHeld)
        events.removeLast()
        #expect(Self.state(events).heldReason == .mayBeRetry)
        events[3].isStanding = false
        let state = Self.state(events)
        #expect(state.decidedBy == events[2])
        #expect(!state.isHeld)
    }

    @Test("a conflict above a word that may be a retry holds both")
    func conflictAbove() {
        let state = Self.state([
            Self.said(0, Self.accountA, isAnswered: false), Self.said(10, nil), Self.said(20, Self.accountA),
            Self.said(30, nil), Self.said(30, Self.accountB),
        ])
        #expect(state.heldReason == .sameStampConflict)
        #expect(state.retried.map(\.stampMicros) == [20_000_000])
        #expect(state.disputed.count == 2)
    }

    @Test("a delivery about one card is no retry of one about all of the cardholder's")
    func scopesAreApart() {
        var later = Self.said(20, Self.accountA)
        later.cardID = "card-1"
        let state = Self.state([Self.said(0, Self.accountA, isAnswered: false), Self.said(10, nil), later])
        #expect(!state.isHeld)
    }

    @Test(
        "learning of an answer only ever settles; what is in force does not depend on it",
        arguments: [UInt64(3), 58, 4_711])
    func answersOnlySettle(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            var events = (0..<Int.random(in: 2...10, using: &random)).map { _ -> ConnectionEvent in
                let account = [nil, Self.accountA, Self.accountB].randomElement(using: &random) ?? nil
                return Self.said(
                    Int64.random(in: 0...14, using: &random) * 10, account, isAnswered: Bool.random(using: &random))
            }
            let before = Self.state(events)
            events[Int.random(in: events.indices, using: &random)].isAnswered = true
            let after = Self.state(events)
            #expect(after.decidedBy?.content == before.decidedBy?.content)
            #expect(after.decidedBy?.stampMicros == before.decidedBy?.stampMicros)
            #expect(after.disputed.map(\.stampMicros) == before.disputed.map(\.stampMicros))
            #expect(before.isHeld || !after.isHeld)
        }
    }
}
