import Cosmo
import Inbox
import PostgreSQL

@testable import Preferences

/// A random life of two cards that share a source user, played on a room and on the reference beside it.
struct RandomHistory {
    var reference = ReferencePreferences()
    /// What was in force after each step, and when: the end of valid time, seen from each knowledge time.
    private(set) var checkpoints: [(known: Int64, card: String, links: [String])] = []
    /// The last operations, for understanding a failure.
    private(set) var trail: [String] = []
    private var random: SeededRandom
    private var delivered: [Delivery] = []
    private var requests = 0
    private let room: InboxRoom

    static let programs = ["prg_a", "prg_b", "prg_c"]
    static let cards = ["card-1", "card-2"]

    init(seed: UInt64, room: InboxRoom) {
        random = SeededRandom(seed: seed)
        self.room = room
    }

    var now: Int64 { room.room.clock.now.microsecondsSinceEpoch }

    /// Registers the first card and plays some steps; whether all was as the reference has it.
    mutating func play(steps: Int) async throws -> Bool {
        try await register("card-1")
        for _ in 0..<steps {
            room.room.clock.advance(seconds: Int64.random(in: 1...40, using: &random))
            try await step()
            for card in Self.cards where reference.registered[card] != nil {
                let links = try await room.current(card)
                checkpoints.append((now, card, links))
                guard links == reference.preference(card) else {
                    trail.append("\(card) has \(links), must have \(reference.preference(card))")
                    return false
                }
            }
            let open = Set(reference.disputed().union(reference.retried()).compactMap(\.inboxID))
            let held = try await room.heldIDs()
            guard held == open else {
                trail.append("held \(held.sorted()), must be \(open.sorted())")
                return false
            }
            guard try await waitsWhereHeld() else { return false }
        }
        return true
    }

    /// Issuing waits for the pairs that are held, and for no other.
    private mutating func waitsWhereHeld() async throws -> Bool {
        for card in Self.cards where reference.registered[card] != nil {
            let destinations = try await room.room.pool.withConnection { connection in
                try await FindDestinations()(
                    Self.programs.map { DestinationKey(cardID: card, programID: $0) }, on: connection)
            }
            for (program, destination) in zip(Self.programs, destinations) {
                let waits = destination?.waitsUntilMicros != nil
                guard waits != reference.isHeld(program, card) else { continue }
                trail.append("\(card) \(program) waits: \(waits), held: \(!waits)")
                return false
            }
        }
        return true
    }

    mutating func randomTime() -> Int64 {
        // Stamps and steps lie on whole seconds; the microsecond beside them is where edges are.
        now - Int64.random(in: -60...1_200, using: &random) * 1_000_000 - Int64.random(in: -1...1, using: &random)
    }

    mutating func randomKnowledge() -> Int64 {
        let known = checkpoints.randomElement(using: &random)?.known ?? now
        return known - Int64.random(in: 0...1, using: &random)
    }

    private mutating func step() async throws {
        let card = Self.cards.randomElement(using: &random) ?? "card-1"
        let program = Self.programs.randomElement(using: &random) ?? "prg_a"
        requests += 1
        let request = "r-\(requests)"
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: try await deliver(program)
        case 8: try await learnOfAnswer()
        case 9: try await repeatDelivery()
        case 10, 11: try await link(program, card: card, request)
        case 12, 13: try await delink(program, card: card, request)
        case 14...16: try await allocate(program, card: card, request)
        case 17, 18: try await resolve()
        default: try await register("card-2")
        }
    }

    private mutating func register(_ card: String) async throws {
        guard reference.registered[card] == nil else { return }
        trail.append("register \(card)")
        _ = try await room.room.register(card, source: "u-1")
        reference.register(card, now: now)
    }

    private mutating func deliver(_ program: String) async throws {
        let isRemoval = Int.random(in: 0..<3, using: &random) == 0
        let second = room.room.clock.second + Int64.random(in: -6...2, using: &random) * 20
        let delivery = Delivery(
            program: program, type: isRemoval ? "DELINKED" : "LINKED",
            account: Bool.random(using: &random) ? "M-1" : "M-2",
            parts: !isRemoval && Int.random(in: 0..<3, using: &random) == 0
                ? Int.random(in: 1...4, using: &random) : nil,
            // On a grid, so that events of one stamp meet.
            second: second - second % 20, spaces: Int.random(in: 0...1, using: &random))
        trail.append(
            "\(delivery.type) \(program) \(delivery.account) \(delivery.parts ?? 0) at \(delivery.second)"
                + String(repeating: ", spelt differently", count: delivery.spaces))
        delivered.append(delivery)
        let isAnswered = Bool.random(using: &random)
        let entry = try await room.deliver(delivery, isAnswered: isAnswered)
        reference.deliver(
            ReferencePreferences.Said(
                program: program, stamp: delivery.second * 1_000_000, account: isRemoval ? nil : delivery.account,
                parts: delivery.parts, inboxID: entry.id, known: now))
        if isAnswered { reference.answer(entry.id) }
    }

    private mutating func learnOfAnswer() async throws {
        guard let inboxID = reference.unanswered.sorted().randomElement(using: &random) else { return }
        trail.append("delivery \(inboxID) was answered")
        try await room.learnAnswered(inboxID)
        reference.answer(inboxID)
    }

    /// The very same delivery again, and an operator who replays it.
    private mutating func repeatDelivery() async throws {
        guard let delivery = delivered.randomElement(using: &random) else { return }
        trail.append("again \(delivery.type) \(delivery.program) at \(delivery.second)")
        let entry = try await room.deliver(delivery)
        _ = try await room.inbox.replay(entry.id)
        try await room.worker.applyDue()
    }

    private mutating func link(_ program: String, card: String, _ request: String) async throws {
        guard reference.registered[card] != nil else { return }
        let parts = Bool.random(using: &random) ? Int.random(in: 1...5, using: &random) : nil
        trail.append("LinkProgram \(card) \(program) \(parts ?? 0)")
        try await room.link(program, account: "M-3", parts: parts, card: card, request)
        reference.call(program, account: "M-3", parts: parts, card: card, now: now)
    }

    private mutating func delink(_ program: String, card: String, _ request: String) async throws {
        guard reference.registered[card] != nil else { return }
        trail.append("DelinkProgram \(card) \(program)")
        do {
            try await room.delink(program, card: card, request)
            reference.call(program, account: nil, parts: nil, card: card, now: now)
        } catch let error as PreferencesError where error.reason == .notLinked {
            if reference.isLinked(program, card) { throw error }
        }
    }

    private mutating func allocate(_ program: String, card: String, _ request: String) async throws {
        guard reference.registered[card] != nil else { return }
        let parts = Int.random(in: 1...6, using: &random)
        trail.append("SetAllocation \(card) \(program) \(parts)")
        do {
            try await room.allocate([(program, parts)], card: card, request)
            reference.allocate(program, parts: parts, card: card, stamp: now, now: now)
        } catch let error as PreferencesError where error.reason == .notLinked {
            if reference.isLinked(program, card) { throw error }
        }
    }

    private mutating func resolve() async throws {
        let disputed = reference.disputed().compactMap(\.inboxID)
        let retried = Set(reference.retried().compactMap(\.inboxID)).subtracting(disputed)
        guard let standing = (disputed + retried).sorted().randomElement(using: &random) else { return }
        if retried.contains(standing), Bool.random(using: &random) {
            trail.append("ResolveHeldEvent \(standing) as a retry")
            _ = try await ResolveHeldEvent(context: room.room.context)(
                inboxID: standing, verdict: .isRetry, operatorID: "op")
            return reference.discardRetry(standing, now: now)
        }
        trail.append("ResolveHeldEvent \(standing)")
        _ = try await ResolveHeldEvent(context: room.room.context)(inboxID: standing, operatorID: "op")
        reference.resolve(standing, now: now)
    }
}
