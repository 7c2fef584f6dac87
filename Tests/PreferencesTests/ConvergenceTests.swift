import Cards
import Cosmo
import PostgreSQL
import Rewards
import Testing

@testable import Preferences

/// Event by event, as deliveries are applied, with the decisions that the database's transactions make (I-8).
@Suite struct ConvergenceTests {
    /// What a card has come to, one delivery after the other.
    struct Fold {
        var events: [EventIdentity: ConnectionEvent] = [:]
        var rows: [String: LinkRow] = [:]
        private let card = CardRecord(
            cardID: "card-1", userID: "u", currencyCode: "USD", sourceUserID: "u-1", preferenceVersion: 0,
            registeredAt: PostgresTimestamp(microsecondsSinceEpoch: 0))

        mutating func deliver(_ event: ConnectionEvent) {
            var event = event
            event.eventID = Int64(events.count + 1)
            if events[EventIdentity(event)] == nil { events[EventIdentity(event)] = event }
            let own = events.values.filter { $0.programID == event.programID }
            apply(Array(own), programIDs: [event.programID], [:])
        }

        mutating func allocate(_ parts: [String: Int]) { apply([], programIDs: [], parts) }

        private mutating func apply(_ events: [ConnectionEvent], programIDs: Set<String>, _ parts: [String: Int]) {
            rows =
                CardChange(
                    card: card, stored: rows, events: events, programIDs: programIDs, allocation: parts,
                    rule: RetryRule(window: .seconds(60)), now: PostgresTimestamp(microsecondsSinceEpoch: 0)
                ).rows
        }

        /// The outcome in words, without the numbers of rows.
        var words: [String] {
            let state = PreferenceState(candidates: rows.values.compactMap(\.candidate))
            return rows.values.sorted { $0.programID < $1.programID }.map { row in
                "\(row.programID) \(row.status) \(row.account.userID ?? "-") \(row.eventParts ?? 0) "
                    + "\(row.allocatedParts ?? 0) \(row.heldReason?.rawValue ?? "-") "
                    + "\(row.decidingStampMicros / 1_000_000)"
            } + state.links.map { "\($0.programID)=\($0.parts)" }
        }
    }

    static func event(
        _ program: String, _ second: Int64, _ account: String? = "M-1", parts: Int? = nil
    ) -> ConnectionEvent {
        ConnectionEvent(
            programID: program, kind: account == nil ? .delinked : .linked, stampMicros: second * 1_000_000,
            account: CosmoAccount(userID: account), parts: parts, inboxID: second)
    }

    /// Six events each, of two programs, with what they must come to after both programs were linked long before.
    static let sets: [(events: [ConnectionEvent], outcome: [String])] = [
        (
            [
                event("prg_a", 1_000), event("prg_a", 1_100, "M-2"), event("prg_a", 1_100, nil),
                event("prg_b", 1_050, parts: 3), event("prg_b", 1_080, parts: 3), event("prg_b", 1_200, nil),
            ],
            [
                "prg_a linked M-1 0 2 SAME_STAMP_CONFLICT 1000", "prg_b delinked M-1 0 7 - 1200", "prg_a=2",
            ]
        ),
        (
            [
                event("prg_a", 1_000, "M-2"), event("prg_a", 1_010, nil), event("prg_a", 1_030, "M-2"),
                event("prg_a", 1_090, "M-2"), event("prg_b", 1_000, parts: 2), event("prg_b", 1_000, parts: 5),
            ],
            [
                "prg_a linked M-2 0 2 - 1030", "prg_b linked M-0 0 7 SAME_STAMP_CONFLICT 500", "prg_a=2", "prg_b=7",
            ]
        ),
        (
            [
                event("prg_a", 1_100), event("prg_a", 1_100, "M-2"), event("prg_a", 1_160, "M-3", parts: 9),
                event("prg_b", 1_010, nil), event("prg_b", 1_010, "M-1"), event("prg_b", 1_071, nil),
            ],
            [
                "prg_a linked M-3 9 2 - 1160", "prg_b delinked M-0 0 7 - 1071", "prg_a=9",
            ]
        ),
        (
            [
                event("prg_a", 1_000, nil), event("prg_a", 1_055, "M-1"), event("prg_a", 1_055, "M-1", parts: 4),
                event("prg_b", 1_000, "M-2"), event("prg_b", 1_055, nil), event("prg_b", 1_056, "M-2"),
            ],
            [
                "prg_a delinked M-0 0 2 SAME_STAMP_CONFLICT 1000", "prg_b linked M-2 0 7 MAY_BE_A_RETRY 1056",
                "prg_b=7",
            ]
        ),
    ]

    @Test(
        "all 720 orders of six events, any of them doubled, with allocations in between, give one preference",
        arguments: sets.indices)
    func everyOrder(index: Int) {
        let set = Self.sets[index]
        var orders = 0
        Permutations.each(set.events) { order in
            // Every one of the 64 ways of doubling some of the six is met many times over the 720 orders.
            for turn in 0..<4 {
                let mask = (orders * 4 + turn) % 64
                var fold = Fold()
                for program in ["prg_a", "prg_b"] { fold.deliver(Self.event(program, 500, "M-0")) }
                var allocations: [[String: Int]] = [["prg_a": 4], ["prg_b": 7], ["prg_a": 2]]
                for (place, event) in order.enumerated() {
                    if (orders + turn) % 3 == place % 3, !allocations.isEmpty {
                        fold.allocate(allocations.removeFirst())
                    }
                    fold.deliver(event)
                    if mask & (1 << place) != 0, turn.isMultiple(of: 2) { fold.deliver(event) }
                }
                for allocation in allocations { fold.allocate(allocation) }
                if !turn.isMultiple(of: 2) {
                    for (place, event) in order.enumerated().reversed() where mask & (1 << place) != 0 {
                        fold.deliver(event)
                    }
                }
                #expect(fold.words == set.outcome, "order \(order.map(\.stampMicros)), mask \(mask), turn \(turn)")
            }
            orders += 1
        }
        #expect(orders == 720)
    }
}
