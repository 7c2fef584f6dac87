import Cosmo
import PostgreSQL
import Rewards
import Testing

@testable import Issuance

/// What the planner makes of a position, without a database.
@Suite struct PlanDecisionTests {
    private func decide(
        earned: Int64, clawedBack: Int64 = 0, issued: Int64 = 0, unit: RewardUnit = .points,
        destination: Destination? = Self.valid, terms: ProgramTerms? = ProgramTerms(), blockedBy: String? = nil,
        valueUnit: CosmoValueUnit = .major
    ) -> PlanDecision {
        let due = DuePosition(
            key: PositionKey(cardID: "card", programID: "prg", unit: unit), earnedMicro: earned,
            clawedBackMicro: clawedBack, issuedMicro: issued, inFlightMicro: 0, unknownMicro: 0, writtenOffMicro: 0,
            blockedBy: blockedBy,
            blockedReason: blockedBy == nil ? nil : "COSMO_INVALID_REQUEST")
        var configuration = IssuanceConfiguration()
        configuration.valueUnit = valueUnit
        configuration.chunksPerPlanMax = 4
        return PlanDecision.decide(
            due, destination: destination, terms: terms, configuration: configuration,
            at: PostgresTimestamp(microsecondsSinceEpoch: 1_000_000))
    }

    static let valid = Destination(
        account: CosmoAccount(userID: "M-1"), validity: .valid, cardCurrencyCode: "USD")

    @Test("Points are issued whole, within the limits, each chunk included; the rest stays pending")
    func chunks() {
        let terms = ProgramTerms(minimumPoints: 10, maximumPoints: 100)
        #expect(decide(earned: 9_999_999, terms: terms).sentValues == [])
        #expect(decide(earned: 10_000_000, terms: terms).sentValues == [10])
        #expect(decide(earned: 209_500_000, terms: terms).sentValues == [100, 100])
        #expect(decide(earned: 210_500_000, terms: terms).sentValues == [100, 100, 10])
        #expect(decide(earned: 209_500_000, terms: terms).plannedMicro == 200_000_000)
        let many = decide(earned: 900_000_000, terms: terms)
        #expect(many.sentValues == [100, 100, 100, 100] && many.hasMore)
    }

    @Test("Nothing is issued while a debt is open (I-7)")
    func debt() {
        #expect(decide(earned: 50_000_000, clawedBack: 10_000_000, issued: 40_000_001) == PlanDecision())
        #expect(decide(earned: 50_000_000, clawedBack: 50_000_000) == PlanDecision())
    }

    @Test("What prevents planning is named")
    func obstacles() {
        var destination = Self.valid
        destination.validity = .invalid
        #expect(decide(earned: 1_000_000, destination: destination).blockedReason == "LINK_INVALID")
        destination.validity = .unchecked
        #expect(decide(earned: 1_000_000, destination: destination).blockedReason == "LINK_UNCHECKED")
        #expect(decide(earned: 1_000_000, destination: nil).blockedReason == "LINK_MISSING")
        #expect(decide(earned: 1_000_000, terms: nil).blockedReason == "PROGRAM_UNKNOWN")
        #expect(decide(earned: 1_000_000, terms: ProgramTerms(isPaused: true)).blockedReason == "PROGRAM_PAUSED")
        #expect(decide(earned: 1_000_000, terms: ProgramTerms(isListed: false)).blockedReason == "PROGRAM_UNLISTED")
        let contradiction = ProgramTerms(minimumPoints: 10, maximumPoints: 9)
        #expect(decide(earned: 1_000_000, terms: contradiction).blockedReason == "ISSUANCE_LIMITS_CONTRADICT")
        #expect(decide(earned: 1_000_000, blockedBy: "mb-1").blockedReason == "COSMO_INVALID_REQUEST")
        #expect(decide(earned: -1).blockedReason == "POSITION_BROKEN")
    }

    @Test(
        "Value is issued in whole units of the configured value unit, by the currency's exponent",
        arguments: [
            ("USD", CosmoValueUnit.major, 12_345, [123] as [Int64]), ("USD", .minor, 12_345, [12_345]),
            ("JPY", .major, 12_345, [12_345]), ("JPY", .minor, 12_345, [12_345]), ("KWD", .major, 12_345, [12]),
            ("USD", .major, 99, []),
        ])
    func value(currency: String, unit: CosmoValueUnit, minor: Int64, expected: [Int64]) {
        var destination = Self.valid
        destination.cardCurrencyCode = currency
        let plan = decide(
            earned: minor * 1_000_000 + 999_999, unit: .value, destination: destination,
            terms: ProgramTerms(issuanceCurrencyCode: currency), valueUnit: unit)
        #expect(plan.sentValues == expected && plan.currency == currency)
        #expect(plan.blockedReason == nil)
    }

    @Test("Value of a card in another currency than Cosmo's is not issued")
    func currencyMismatch() {
        let plan = decide(earned: 100_000_000_000, unit: .value, terms: ProgramTerms(issuanceCurrencyCode: "EUR"))
        #expect(plan.blockedReason == "ISSUE_CURRENCY_MISMATCH" && plan.sentValues.isEmpty)
    }

    @Test("Free slots are dealt out evenly, and a failing program rests and is then tried with one call")
    func slots() {
        let now = IssuanceMachineTests.start
        var slots = SenderSlots(totalMax: 10, perProgramMax: 6)
        #expect(slots.wanted(["a", "b"], at: now).map(\.count) == [5, 5])
        #expect(slots.wanted(["a"], at: now).map(\.count) == [6])
        for _ in 0..<6 { slots.began("a") }
        #expect(slots.wanted(["a", "b"], at: now).map(\.programID) == ["b"])
        #expect(slots.wanted(["a", "b"], at: now).map(\.count) == [4])
        slots.failed("b") { _ in now.advanced(by: .seconds(5)) }
        #expect(slots.wanted(["b"], at: now).isEmpty)
        let rested = now.advanced(by: .seconds(5))
        #expect(slots.wanted(["b"], at: rested).map(\.count) == [1])
        slots.answered("b")
        #expect(slots.wanted(["b"], at: rested).map(\.count) == [4])
        for _ in 0..<6 { slots.ended("a") }
        #expect(slots.inFlight == 0)
    }

    @Test("A reference number is 42 allowed characters, never the same, and proves its position alone")
    func references() {
        let key = PositionKey(cardID: "card-1", programID: "prg_sky", unit: .points)
        let made = Set((0..<10_000).map { _ in ReferenceNumber.random(key) })
        #expect(made.count == 10_000)
        #expect(made.allSatisfy { $0.utf8.count == 42 && CosmoIssuanceRequest.isReferenceNumber($0) })
        #expect(made.allSatisfy { ReferenceNumber.isOf(key, $0) && ReferenceNumber.maker(of: $0) == .provable })
        let others = [
            PositionKey(cardID: "card-2", programID: "prg_sky", unit: .points),
            PositionKey(cardID: "card-1", programID: "prg_stay", unit: .points),
            PositionKey(cardID: "card-1", programID: "prg_sky", unit: .value),
            PositionKey(cardID: "card-1p", programID: "rg_sky", unit: .points),
        ]
        for other in others { #expect(made.allSatisfy { !ReferenceNumber.isOf(other, $0) }) }
        #expect(ReferenceNumber.text(of: [0xFF, 0x00]) == "mb-74aa")
        #expect(ReferenceNumber.bytes(of: "mb-74aa") == [0xFF, 0x00])
    }

    @Test("Any change of a reference number loses its proof, and other systems' numbers are told apart")
    func changedReferences() {
        let key = PositionKey(cardID: "card-1", programID: "prg_sky", unit: .points)
        let reference = ReferenceNumber.random(key)
        for index in reference.indices.dropFirst(3) {
            var changed = reference
            changed.replaceSubrange(index...index, with: reference[index] == "a" ? "b" : "a")
            #expect(!ReferenceNumber.isOf(key, changed), "\(changed)")
        }
        #expect(ReferenceNumber.maker(of: "mb-" + String(repeating: "a", count: 26)) == .perhapsOurs)
        #expect(ReferenceNumber.maker(of: "mb-travel") == .perhapsOurs)
        #expect(ReferenceNumber.maker(of: "travel-4711") == .other)
        for odd in ["", "mb-", "mb-A", reference.uppercased(), reference + "a", String(reference.dropLast())] {
            #expect(!ReferenceNumber.isOf(key, odd), "\(odd)")
        }
    }

    @Test("Ids that look alike are different positions")
    func bytes() {
        let composed = PositionKey(cardID: "caf\u{E9}", programID: "p", unit: .points)
        let decomposed = PositionKey(cardID: "cafe\u{301}", programID: "p", unit: .points)
        #expect(composed != decomposed && Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed && !(composed < decomposed))
    }
}
