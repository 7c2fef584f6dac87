import Cosmo
import CosmoSandbox
import PostgreSQL
import Rewards
import Testing

@testable import Issuance

/// What a sender does with an issuance whose row no longer says what was planned.
@Suite struct NotAsPlannedTests {
    @Test(
        "An issuance whose value, unit, currency, quantity or account was changed is not sent, parked and says why",
        arguments: [
            "sent_value = sent_value * 1000", "sent_value = sent_value - 1", "sent_unit_micro = 1000",
            "sent_currency = 'USD'", "unit = 'value'", "quantity_micro = quantity_micro - 1000000", "account = '{}'",
            #"account = '{"destinationUserId": "M-thief"}'"#, "reference_number = 'mb-another'",
        ])
    func changed(change: String) async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 10)
            try await stage.earn("c2", "prg_stay", points: 4)
            try await stage.plan()
            // A change of what the position is summed from is a change of the position too.
            if change.hasPrefix("unit") {
                try await stage.earn("c1", "prg_stay", valueMicro: 10_000_000)
                _ = try await stage.pool.query(
                    "update positions set in_flight_micro = 10000000, plan_at = null where card_id = 'c1' and unit = "
                        + "'value'"
                )
            }
            _ = try await stage.pool.query("update issuances set \(change) where card_id = 'c1'")
            try await stage.send()
            #expect(
                stage.sandbox.transactions().map(\.value) == [4], "the other card's issuance is sent, and nothing else"
            )
            let issuance = try #require(try await stage.reads.issuances(cardID: "c1").issuances.first)
            #expect(
                issuance.status == .parked && issuance.reason == IssuanceReason.notAsPlanned
                    && issuance.settledBy == .check)
            #expect(issuance.waitsForPerson)
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay", unit: issuance.unit)
            #expect(position.blockedReason == "NOT_AS_PLANNED" && position.blockedBy == issuance.referenceNumber)
        }
    }

    @Test("Retried, what was held back is planned again as it was earned")
    func retried() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 10)
            try await stage.plan()
            _ = try await stage.pool.query("update issuances set sent_value = sent_value * 1000")
            try await stage.send()
            let parked = try await stage.theIssuance()
            let retry = RetryIssuance(pool: stage.pool, now: stage.clock.now)
            _ = try await retry(referenceNumber: parked.referenceNumber)
            try await stage.plan()
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.value) == [10])
            try await stage.checkBooks()
        }
    }

    @Test("A value planned in another unit than is configured now is not sent")
    func anotherUnit() async throws {
        try await Stage.with(issuance: { $0.valueUnit = .minor }) { stage in
            stage.setTerms("prg_stay", ProgramTerms())
            try await stage.earn("c1", "prg_stay", valueMicro: 500_000_000)
            try await stage.plan()
            let planned = try await stage.theIssuance()
            #expect(planned.sentValue == 500 && planned.sentUnitMicro == 1_000_000)
            #expect(planned.isAsPlanned(valueUnit: .minor) && !planned.isAsPlanned(valueUnit: .major))
            // 500 hundredths are 5 whole units: the number alone would be right by either reading.
            var hundred = planned
            hundred.sentUnitMicro = nil
            hundred.plannedDigest = nil
            #expect(hundred.isAsPlanned(valueUnit: .minor) && !hundred.isAsPlanned(valueUnit: .major))
        }
    }

    @Test("What had to be read once is not given back: a person decides whether Cosmo has it")
    func mayBeAtCosmo() {
        var issuance = IssuanceMachineTests.issue(.sending)
        issuance.reads = 2
        let transition = issuance.handling(
            .notAsPlanned(lease: "lease"), at: IssuanceMachineTests.later, policy: IssuanceMachineTests.policy)
        #expect(transition.record.status == .unknown && transition.record.dueAt == nil)
        #expect(transition.record.reason == "NOT_AS_PLANNED" && transition.record.waitsForPerson)
        #expect(transition.blocksPosition == nil)
    }

    @Test("A row the database does not let go is never sent and takes no other along")
    func refusedByTheDatabase() async throws {
        try await Stage.with(issuance: {
            $0.settlement.leaseDuration = .seconds(8)
            $0.leaseMargin = .seconds(1)
        }) { stage in
            try await stage.earn("c1", "prg_stay", points: 10)
            try await stage.earn("c2", "prg_stay", points: 4)
            try await stage.plan()
            // Given back, ten thousand points would leave the position below zero.
            _ = try await stage.pool.query(
                "update issuances set quantity_micro = quantity_micro * 1000 where card_id = 'c1'")
            try await stage.send()
            #expect(stage.sandbox.transactions().map(\.value) == [4])
            #expect(try await stage.count("card_id = 'c1' and status = 'sending'") == 1)
        }
    }
}
