import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import PostgreSQLCluster
import RPC
import Schema
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

extension Failover {
    @Suite("A service over two servers")
    struct FailoverJourneyTests {
        /// The shortest times the settings allow: what a failover leaves open is settled within the test.
        static let settings = [
            Settings.Database.statementTimeout.key: "1s",
            Settings.Database.poolSize.key: "8",
            Settings.Issuance.planDelay.key: "50ms",
            Settings.Cosmo.requestTimeout.key: "3s",
            Settings.Issuance.leaseTime.key: "14s",
            Settings.Issuance.settleDelay.key: "1s",
            Settings.Issuance.confirmAfter.key: "10s",
            Settings.Service.drainTimeout.key: "5s",
        ]

        @Test("keeps every acknowledged spend, and Cosmo's books are ours, after a standby that was away was promoted")
        func failover() async throws {
            var random = SeededGenerator.fresh()
            print("failover: MULTIBRAND_TEST_SEED=\(random.seed)")
            let book = CardBook(cardCount: 20, random: &random)
            let purchases = book.purchases(600, random: &random)
            try await ReplicatedPair.with(migrations: Schema.migrations) { pair in
                try await withPool(pair.bothHosts, statementTimeout: .seconds(10)) { pool in
                    try await Stack.on(pair.bothHosts, pool, Self.settings) { stack in
                        try await stack.connected { client in
                            try await stack.configurePrograms(client)
                            try await stack.setUp(book, client)
                            let ledger = AcknowledgedSpends()
                            try await withThrowingTaskGroup(of: Void.self) { group in
                                group.addTask { try await Self.failOver(pair, ledger) }
                                for sender in 0..<6 {
                                    let mine = stride(from: sender, to: purchases.count, by: 6).map { purchases[$0] }
                                    group.addTask { try await Self.record(mine, client, ledger) }
                                }
                                try await group.waitForAll()
                            }
                            try await stack.settle(client)
                            try await Self.check(stack, book, purchases, ledger, client)
                        }
                        try await stack.verify()
                    }
                }
            }
        }

        /// Takes the standby away for longer than a statement may take, kills the primary, promotes the standby.
        private static func failOver(_ pair: ReplicatedPair, _ ledger: AcknowledgedSpends) async throws {
            try await soon("some spends were acknowledged") { ledger.count >= 100 }
            pair.standby.suspend()
            let before = ledger.count
            try await soon("commits have waited past the time-out") {
                let waits: Int = try await pair.ask(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE wait_event = 'SyncRep' AND clock_timestamp() - query_start > interval '3 seconds'
                    """, pair.onPrimary)
                return waits > 0
            }
            print("failover: \(ledger.count - before) of \(ledger.count) were acknowledged after the standby was away")
            pair.primary.kill()
            pair.standby.resume()
            try await pair.standby.promote()
        }

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
                        where [.unavailable, .deadlineExceeded, .cancelled, .aborted].contains(error.code)
                    {
                        last = "\(error)"
                        return false
                    }
                }
            }
        }

        private static func check(
            _ stack: Stack, _ book: CardBook, _ purchases: [Multibrand_V1_Spend], _ ledger: AcknowledgedSpends,
            _ client: ServiceClient
        ) async throws {
            let answers = ledger.answers
            #expect(answers.count == purchases.count)
            let stored = try await StoredLegs.read(stack.pool)
            #expect(stored.spendIDs == Set(purchases.map(\.spendID)), "spends are missing, or there are others")
            for (spendID, answer) in answers {
                let told = Set(answer.decision.legs.map { StoredLegs.Leg(spendID, $0) })
                #expect(stored.legs[spendID] ?? [] == told, "\(spendID) is not stored as it was acknowledged")
            }
            let comparison = try await BooksComparison.read(stack, book, client)
            let ordered = purchases.map { answers[$0.spendID] ?? Multibrand_V1_RecordSpendResponse() }
            comparison.checkPositions(against: ordered, cardIDs: purchases.map(\.cardID))
            comparison.checkTransactions()
            comparison.checkBalances()
        }

        @Test(
            "acknowledges no spend, no webhook and no operator's action, and issues nothing, while the standby is away")
        func standbyAway() async throws {
            try await ReplicatedPair.with(migrations: Schema.migrations) { pair in
                try await withPool(pair.onPrimary, statementTimeout: .seconds(10)) { pool in
                    try await Stack.on(pair.onPrimary, pool, Self.settings) { stack in
                        try await stack.connected { client in
                            try await stack.configurePrograms(client)
                            try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                            pair.standby.suspend()
                            let spend = Multibrand_V1_Spend.with {
                                $0.spendID = "spend"
                                $0.cardID = "card"
                                $0.amount.currencyCode = "USD"
                                $0.amount.minorUnits = 100_00
                            }
                            let delivery = SignedDelivery("{}")
                            let pause = Multibrand_V1_PauseProgramRequest.with {
                                $0.programID = "prg_cash"
                                $0.paused = true
                            }
                            async let recording = Refusal.of { try await client.record(spend) }
                            async let delivered = stack.deliver(delivery)
                            async let pausing = Refusal.of {
                                try await client.call(
                                    "AdminService/PauseProgram", pause, answering: Multibrand_V1_Program.self)
                            }
                            let refusals = (try await recording, try await delivered.status, try await pausing)
                            #expect(refusals.0?.outcome == "unknown" && refusals.0?.code == .unavailable)
                            #expect(refusals.1 == 503)
                            #expect(refusals.2?.outcome == "unknown" && refusals.2?.code == .unavailable)
                            #expect(stack.sandbox.callCount("POST /transactions") == 0)

                            pair.standby.resume()
                            try await eventually("the same spend is answered") {
                                try await Refusal.of { try await client.record(spend) } == nil
                            }
                            try await eventually("the same delivery is answered") {
                                try await stack.deliver(delivery).status == 200
                            }
                            try await eventually("the points are issued once") {
                                stack.sandbox.transactions().map(\.value) == [150]
                            }
                        }
                    }
                }
            }
        }

        @Test("is not ready while the primary hangs, says so at once, and ends in time when it is asked to")
        func hangingPrimary() async throws {
            try await ReplicatedPair.with(migrations: Schema.migrations) { pair in
                try await withPool(pair.onPrimary) { pool in
                    try await Stack.on(pair.bothHosts, pool, Self.settings) { stack in
                        #expect(try await stack.page("/readyz").status == 200)
                        pair.primary.suspend()
                        let page = try await within(.seconds(60), "an answer of /readyz") {
                            try await stack.page("/readyz")
                        }
                        #expect(page.status == 503)
                        let asked = ContinuousClock.now
                        stack.service.askToStop()
                        #expect(try await stack.service.ended() == .code(0), "\(stack.service.log.suffix(1_500))")
                        let took = asked.duration(to: .now)
                        #expect(took < .seconds(12), "5 s of drain and a little; it took \(took)")
                    }
                }
            }
        }

        @Test("that starts over a standby waits for its promotion, says what it waits for, and then serves")
        func startsOverStandby() async throws {
            try await ReplicatedPair.with(migrations: Schema.migrations) { pair in
                var options = ReplicatedPair.options(isSynchronous: false)
                options.settings["log_statement"] = "all"
                try await pair.standby.reconfigure(options)
                try await withPool(pair.onStandby) { pool in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            try await soon("the service asked the standby") {
                                try pair.standbyLogHas("SELECT pg_is_in_recovery() OR")
                            }
                            pair.primary.kill()
                            try await pair.standby.promote()
                        }
                        group.addTask {
                            try await Stack.on(pair.onStandby, pool, Self.settings) { stack in
                                #expect(
                                    stack.service.log.contains("PostgreSQL does not accept writes; the start waits"))
                                try await eventually("it is ready") { try await stack.page("/readyz").status == 200 }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }
}

/// What was answered to the senders.
final class AcknowledgedSpends: Sendable {
    private let state = Mutex<[String: Multibrand_V1_RecordSpendResponse]>([:])

    var answers: [String: Multibrand_V1_RecordSpendResponse] { state.withLock { $0 } }
    var count: Int { state.withLock { $0.count } }

    func acknowledge(_ spendID: String, _ answer: Multibrand_V1_RecordSpendResponse) {
        state.withLock { $0[spendID] = answer }
    }
}
