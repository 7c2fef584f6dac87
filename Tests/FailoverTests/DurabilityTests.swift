import Audit
import PostgreSQL
import PostgreSQLCluster
import Testing

extension Failover {
    @Suite("What a failover can lose")
    struct DurabilityTests {
        @Test("is said of asynchronous replication, of a standby that is away, and of none that is asked for")
        func grades() async throws {
            try await ReplicatedPair.with(isSynchronous: false) { pair in
                // A standby that has just started connects a moment later.
                try await soon("the standby is connected") {
                    try await Self.durability(pair).words.contains(
                        "replication is asynchronous (1 standby is connected)")
                }
                let asynchronous = try await Self.durability(pair)
                #expect(asynchronous.grade == .atRisk)
                #expect(asynchronous.remedy.contains("synchronous_standby_names"))

                try await Self.reconfigure(pair, ["synchronous_standby_names": "standby"]) {
                    $0.words.contains("commits wait for standby (1 standby is connected)") && $0.grade == .kept
                }
                try await Self.reconfigure(
                    pair, ["synchronous_standby_names": "standby", "synchronous_commit": "local"]
                ) { $0.words.contains("synchronous_commit is local") && $0.grade == .atRisk }
                try await Self.reconfigure(
                    pair, ["synchronous_standby_names": "standby", "synchronous_commit": "off"]
                ) { $0.words.contains("synchronous_commit is off") && $0.grade == .lost }
                try await Self.reconfigure(pair, ["full_page_writes": "off"]) {
                    $0.words.contains("full_page_writes is off") && $0.grade == .atRisk
                }
                await pair.standby.stop()
                try await Self.reconfigure(pair, ["synchronous_standby_names": "standby"]) {
                    $0.words.contains("no standby is connected") && $0.grade == .atRisk
                }
                try await Self.reconfigure(pair, [:]) {
                    $0.words.contains("no standby is connected, so there is no failover") && $0.grade == .kept
                }
            }
        }

        /// What is found of the primary now.
        private static func durability(_ pair: ReplicatedPair) async throws -> Durability {
            let facts = try await PostgresConnection.withDedicated(
                PostgresConfiguration(connectionString: pair.onPrimary), logger: quietLogger
            ) { try await DatabaseFacts.read(on: $0) }
            return Durability(try #require(facts))
        }

        private static func reconfigure(
            _ pair: ReplicatedPair, _ settings: [String: String], _ expected: @Sendable (Durability) -> Bool
        ) async throws {
            var options = ReplicatedPair.options(isSynchronous: false)
            options.settings.merge(settings) { $1 }
            try await pair.primary.reconfigure(options)
            try await soon("the server is judged by \(settings)") { expected(try await durability(pair)) }
        }
    }
}
