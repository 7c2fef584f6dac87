import Cosmo
import PostgreSQL
import Rewards
import Testing

@testable import Preferences

/// From linked programs to shares.
@Suite struct PreferenceStateTests {
    static func candidate(
        _ programID: String, stamp: Int64 = 0, event: Int? = nil, allocated: Int? = nil
    ) -> PreferenceState.Candidate {
        PreferenceState.Candidate(
            programID: programID, account: CosmoAccount(userID: "M"), stampMicros: stamp, eventParts: event,
            allocatedParts: allocated)
    }

    @Test(
        "parts follow event, then allocation, then the average of the others, rounded half up",
        arguments: [
            ([(nil, nil)], [1]),
            ([(nil, nil), (nil, nil), (nil, nil)], [1, 1, 1]),
            ([(nil, 70), (nil, 30), (nil, nil)], [70, 30, 50]),
            ([(nil, 1), (nil, 2), (nil, nil)], [1, 2, 2]),
            ([(nil, 1), (nil, 1), (nil, 2), (nil, nil)], [1, 1, 2, 1]),
            ([(40, 70), (nil, 30), (nil, nil)], [40, 30, 35]),
            ([(10_000, nil), (nil, nil)], [10_000, 10_000]),
        ] as [([(Int?, Int?)], [Int])])
    func parts(own: [(Int?, Int?)], expected: [Int]) {
        let candidates = own.enumerated().map { index, parts in
            Self.candidate("prg_\(index)", event: parts.0, allocated: parts.1)
        }
        let state = PreferenceState(candidates: candidates.reversed())
        #expect(state.links.map(\.parts) == expected)
        #expect(!state.isScaled)
    }

    @Test("parts that are too fine for a vector are scaled, each to at least one, and fit")
    func scaling() throws {
        let state = PreferenceState(candidates: [
            Self.candidate("prg_a", event: 9_999), Self.candidate("prg_b", event: 7), Self.candidate("prg_c", event: 1),
        ])
        #expect(state.isScaled)
        #expect(state.links.map(\.parts).reduce(0, +) <= WeightVector.partsSumMax)
        #expect(state.links.allSatisfy { $0.parts >= 1 })
        #expect(state.weights.count == 3)
        let most = PreferenceState(
            candidates: (0..<16).map { Self.candidate("prg_\($0)", event: $0 == 0 ? 1 : 10_000 - $0) })
        #expect(most.weights.count == 16)
        #expect(most.links.map(\.parts).reduce(0, +) <= WeightVector.partsSumMax)
    }

    @Test("sixteen links take part, the oldest, and one that leaves lets the next in")
    func sixteenLinks() {
        let all = (0..<18).map { Self.candidate("prg_\($0)", stamp: Int64($0)) }
        let full = PreferenceState(candidates: all.reversed())
        #expect(full.links.count == 16)
        #expect(full.waiting == ["prg_16", "prg_17"])
        let after = PreferenceState(candidates: all.filter { $0.programID != "prg_3" })
        #expect(after.waiting == ["prg_17"])
        #expect(after.links.contains { $0.programID == "prg_16" })
    }

    @Test("a packed preference reads back as it was", arguments: [nil, LinkValidity.valid, .invalid, .unchecked])
    func packing(validity: LinkValidity?) {
        let check = validity.map {
            PreferencesSnapshot.Check(
                validity: $0, reason: $0 == .invalid ? "NOT_A_MEMBER" : nil,
                checkedAt: $0 == .valid ? .init(microsecondsSinceEpoch: 1_760_000_000_123_456) : nil,
                heldReason: $0 == .unchecked ? .mayBeRetry : $0 == .invalid ? .sameStampConflict : nil,
                waitsUntil: $0 == .unchecked ? .infinity : nil)
        }
        let snapshot = PreferencesSnapshot(
            cardID: "card-1", version: 300, effectiveAt: .init(microsecondsSinceEpoch: -5),
            links: (0..<3).map {
                PreferencesSnapshot.Link(
                    programID: "prg_\($0)",
                    account: CosmoAccount(fields: [
                        "destinationUserId": "M-\($0)", "destinationUserEmail": "zoë@example.org", "tier": "gold",
                    ]), parts: 10_000 - $0, check: check)
            })
        let bytes = PackedPreferences.encode(snapshot)
        #expect(PackedPreferences.decode(cardID: "card-1", bytes) == snapshot)
        for length in 0..<bytes.count {
            #expect(PackedPreferences.decode(cardID: "card-1", Array(bytes[..<length])) != snapshot)
        }
    }
}
