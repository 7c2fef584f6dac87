import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import RPC
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A service that is killed")
    struct KilledServiceTests {
        static let purchaseCount = 10_000
        static let senderCount = 12
        static let killCount = 8

        @Test("at random moments of a run loses nothing it acknowledged and issues nothing twice")
        func survives() async throws {
            var random = SeededGenerator.fresh()
            print("killed service: MULTIBRAND_TEST_SEED=\(random.seed)")
            let book = CardBook(cardCount: 100, random: &random)
            let purchases = book.purchases(Self.purchaseCount, random: &random)
            let seed = random.seed
            let moments = KillMoments(Self.killCount, of: purchases.count, random: &random)
            try await Stack.with(Self.settings) { stack in
                // Slow answers from Cosmo, so that most kills find issuances that were sent and not yet answered.
                stack.sandbox.setFaults([
                    SandboxFault(.delay, count: nil, probabilityPerMille: 600, seed: seed, milliseconds: 60)
                ])
                var phases = Phases("killed service")
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.setUp(book, client)
                    phases.end("\(book.cards.count) cards were linked")
                    let ledger = AcknowledgedSpends()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await moments.strike(stack, ledger) }
                        for sender in 0..<Self.senderCount {
                            let mine = stride(from: sender, to: purchases.count, by: Self.senderCount).map {
                                purchases[$0]
                            }
                            group.addTask { try await Self.record(mine, client, ledger) }
                        }
                        try await group.waitForAll()
                    }
                    phases.end("\(ledger.count) spends were recorded and the service killed \(Self.killCount) times")
                    #expect(stack.service.startCount == Self.killCount + 1, "seed \(seed)")
                    try await stack.settle(client, within: .seconds(240))
                    phases.end("the \(stack.sandbox.transactions().count) issuances were settled")
                    try await check(stack, book, purchases, ledger, client, seed: seed)
                }
                try await stack.verify()
                phases.end("the books were compared and verified")
            }
        }

        /// The shortest times the settings allow: what a kill leaves open is settled within the test.
        private static let settings = [
            Settings.Issuance.planDelay.key: "50ms",
            Settings.Cosmo.requestTimeout.key: "3s",
            Settings.Issuance.leaseTime.key: "14s",
            Settings.Issuance.settleDelay.key: "1s",
            Settings.Issuance.confirmAfter.key: "10s",
        ]

        /// Sends each spend until it is answered, as a card platform does: the same spend again is safe (I-5).
        private static func record(
            _ purchases: [Multibrand_V1_Spend], _ client: ServiceClient, _ ledger: AcknowledgedSpends
        ) async throws {
            for purchase in purchases {
                var last = ""
                try await eventually("\(purchase.spendID) was answered", within: .seconds(120), seen: { last }) {
                    do {
                        ledger.acknowledge(purchase.spendID, try await client.record(purchase, timeout: .seconds(10)))
                        return true
                    } catch let error as RPCError
                        where [.unavailable, .deadlineExceeded, .cancelled].contains(error.code)
                    {
                        last = "\(error)"
                        return false
                    }
                }
            }
        }

        private func check(
            _ stack: Stack, _ book: CardBook, _ purchases: [Multibrand_V1_Spend], _ ledger: AcknowledgedSpends,
            _ client: ServiceClient, seed: UInt64
        ) async throws {
            let answers = ledger.answers
            #expect(answers.count == purchases.count, "seed \(seed)")
            let stored = try await StoredLegs.read(stack.pool)
            #expect(
                stored.spendIDs == Set(purchases.map(\.spendID)),
                "seed \(seed): spends are missing, or there are others")
            for (spendID, answer) in answers {
                let told = Set(answer.decision.legs.map { StoredLegs.Leg(spendID, $0) })
                #expect(
                    stored.legs[spendID] ?? [] == told, "seed \(seed): \(spendID) is not stored as it was acknowledged")
            }

            let comparison = try await BooksComparison.read(stack, book, client)
            let ordered = purchases.map { answers[$0.spendID] ?? Multibrand_V1_RecordSpendResponse() }
            comparison.checkPositions(against: ordered, cardIDs: purchases.map(\.cardID))
            comparison.checkTransactions()
            comparison.checkBalances()
            let unknown = try await client.overview().issuancesByStatus["unknown"] ?? 0
            #expect(unknown == 0, "seed \(seed)")
        }
    }
}

/// What was answered to the senders, while the service comes and goes.
final class AcknowledgedSpends: Sendable {
    private let state = Mutex<[String: Multibrand_V1_RecordSpendResponse]>([:])

    var answers: [String: Multibrand_V1_RecordSpendResponse] { state.withLock { $0 } }
    var count: Int { state.withLock { $0.count } }

    func acknowledge(_ spendID: String, _ answer: Multibrand_V1_RecordSpendResponse) {
        state.withLock { $0[spendID] = answer }
    }
}

/// When to kill: after so many acknowledged spends, and then after so many further issuances have reached Cosmo.
struct KillMoments: Sendable {
    private let moments: [(acknowledged: Int, issuanceCalls: Int)]

    init(_ count: Int, of purchaseCount: Int, random: inout SeededGenerator) {
        let part = purchaseCount / count
        moments = (0..<count).map { number in
            let acknowledged = number * part + Int.random(in: part / 10..<part * 9 / 10, using: &random)
            // Every other kill waits for issuances too, so that it meets the sender at its work.
            return (acknowledged, number % 2 == 0 ? 0 : Int.random(in: 1...20, using: &random))
        }
    }

    /// Kills the service at each moment and starts it again.
    func strike(_ stack: Stack, _ ledger: AcknowledgedSpends) async throws {
        for moment in moments {
            try await eventually(
                "\(moment.acknowledged) spends were acknowledged", within: .seconds(180), every: .milliseconds(1)
            ) {
                ledger.count >= moment.acknowledged
            }
            let calls = stack.sandbox.callCount("POST /transactions") + moment.issuanceCalls
            try await eventually("the sandbox was asked for \(calls) issuances", every: .milliseconds(1)) {
                stack.sandbox.callCount("POST /transactions") >= calls
            }
            try await stack.service.kill()
            try await stack.service.start()
        }
    }
}
