import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import PostgreSQLCluster
import RPC
import Schema
import SwiftProtobuf
import TestSupport
import Testing

extension Failover {
    @Suite("An asynchronous failover")
    struct LostIssuancesTests {
        @Test(
            "that loses issuances stops issuing until Cosmo was compared: each is adopted, none is issued twice"
        )
        func lostIssuances() async throws {
            var random = SeededGenerator.fresh()
            print("lost issuances: MULTIBRAND_TEST_SEED=\(random.seed)")
            let book = CardBook(cardCount: 12, random: &random)
            let purchases = book.purchases(240, random: &random)
            try await ReplicatedPair.with(isSynchronous: false, migrations: Schema.migrations) { pair in
                try await withPool(pair.bothHosts, statementTimeout: .seconds(10)) { pool in
                    try await Stack.on(pair.bothHosts, pool, FailoverJourneyTests.settings) { stack in
                        try await stack.connected { client in
                            try await stack.configurePrograms(client)
                            try await stack.setUp(book, client)
                            let replicated = Array(purchases[..<80])
                            try await Self.record(replicated, client)
                            try await stack.settle(client)
                            try await pair.catchUp()

                            // From here on the standby receives nothing, and the primary acknowledges all the same.
                            pair.standby.suspend()
                            let before = stack.sandbox.transactions().count
                            try await Self.record(Array(purchases[80...]), client)
                            try await eventually("points of lost spends were issued") {
                                stack.sandbox.transactions().count >= before + 20
                            }
                            pair.primary.kill()
                            pair.standby.resume()
                            try await pair.standby.promote()
                            try await Self.checkRecovery(stack, client, purchases, issuedBefore: before)
                            try await Self.checkBooks(stack, book, purchases, client)
                        }
                        try await stack.verify()
                    }
                }
            }
        }

        /// The platforms send everything again, as docs/operations.md says, and the recovery ends by itself.
        private static func checkRecovery(
            _ stack: Stack, _ client: ServiceClient, _ purchases: [Multibrand_V1_Spend], issuedBefore: Int
        ) async throws {
            try await record(purchases, client)
            var recovery = Multibrand_V1_Recovery()
            try await eventually(
                "the recovery ended by itself", within: .seconds(90), every: .milliseconds(200),
                seen: { recovery.textFormatString() }
            ) {
                guard let shown = try? await client.recovery() else { return false }
                recovery = shown
                return recovery.hasEndedAt
            }
            #expect(recovery.cause == .timeline && recovery.endedBy == "comparison" && recovery.openCount == 0)
            #expect(
                recovery.adoptedCount > 0, "issuances were lost and none was adopted: \(recovery.textFormatString())")
            print(
                "lost issuances: \(recovery.adoptedCount) adopted of \(stack.sandbox.transactions().count) transactions"
            )
            let first = stack.sandbox.transactions().count
            #expect(first >= issuedBefore + Int(recovery.adoptedCount))
            #expect(stack.service.log.contains("nothing is sent to Cosmo until the books have been compared with it"))
            let metrics = try await stack.page("/metrics").body
            #expect(metrics.contains("multibrand_issuing_fenced 0"))
            #expect(metrics.contains("multibrand_recoveries_total{cause=\"timeline\"}"))
        }

        private static func checkBooks(
            _ stack: Stack, _ book: CardBook, _ purchases: [Multibrand_V1_Spend], _ client: ServiceClient
        ) async throws {
            try await stack.settle(client)
            let stored = try await StoredLegs.read(stack.pool)
            #expect(stored.spendIDs == Set(purchases.map(\.spendID)), "spends are missing, or there are others")
            var comparison = try await BooksComparison.read(stack, book, client)
            // What was planned on the new primary before the lost issuance was adopted is withdrawn, and was never
            // sent.
            comparison.issuances.removeAll { $0.status == .withdrawn && $0.attempts == 0 }
            comparison.checkTransactions()
            comparison.checkBalances()
            for position in comparison.positions {
                let name = "\(position.cardID) with \(position.programID)"
                let drawn = position.issuedMicro + position.inFlightMicro + position.unknownMicro
                #expect(drawn + position.pendingMicro - position.debtMicro == position.earnedMicro, "\(name)")
                // A spend that was lost is split again, perhaps in another order: that may shift a minor unit of it.
                // One issued whole unit more than was earned is all that this can come to.
                let unit: Int64 = position.unit == .value ? 100_000_000 : 1_000_000
                #expect(position.debtMicro < 3 * unit, "\(name) was issued \(position.debtMicro) millionths too much")
            }
        }

        private static func record(_ purchases: [Multibrand_V1_Spend], _ client: ServiceClient) async throws {
            for purchase in purchases {
                var last = ""
                try await eventually("\(purchase.spendID) was answered", within: .seconds(120), seen: { last }) {
                    do {
                        _ = try await client.record(purchase, timeout: .seconds(10))
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
    }
}

extension ServiceClient {
    /// The newest recovery, with its findings.
    func recovery() async throws -> Multibrand_V1_Recovery {
        try await call("IssuanceService/GetRecovery", Multibrand_V1_GetRecoveryRequest())
    }
}

extension ReplicatedPair {
    /// Waits until the standby has all that the primary has written.
    func catchUp() async throws {
        try await soon("the standby has caught up") {
            try await ask(
                "select coalesce(bool_and(flush_lsn >= pg_current_wal_lsn()), false) from pg_stat_replication",
                onPrimary)
        }
    }
}
