import Audit
import Foundation
import Glibc
import MultibrandAPI
import PostgreSQL
import PostgreSQLCluster
import Schema
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A service whose database is gone")
    struct DatabaseAwayTests {
        /// How the server ends.
        enum End: String, Sendable, CaseIterable {
            /// As a loss of power ends it.
            case killed
            /// As an operator stops it: sessions are ended with a word.
            case stopped
        }

        /// Half of the ten seconds that Cosmo's sender is assumed to wait.
        private static let answerMax = Duration.seconds(5)

        @Test(
            "answers a webhook with 503 soon, and stores the same delivery when the database is back",
            arguments: End.allCases)
        func webhooks(end: End) async throws {
            try await OwnDatabase.with { database in
                try await Stack.on(database.connectionString, database.pool) { stack in
                    try await stack.connected { client in
                        try await stack.configurePrograms(client)
                        let holder = try await stack.register("card", client)
                        let deliveries = (1...9).map { number in
                            SignedDelivery(
                                #"{"sourceUserId":"\#(holder)","destinationProgramId":"prg_sky","type":"LINKED","#
                                    + #""destinationAccount":{"destinationUserId":"M-\#(number)"}}"#,
                                secondsFromNow: Int64(number - 10))
                        }
                        #expect(try await stack.deliver(deliveries[0]).status == 200)

                        try await database.end(end)
                        // The first that notices, those that come with it, and those that come when it is known.
                        for round in [deliveries[1...4], deliveries[5...7], deliveries[8...8]] {
                            for (answer, took) in try await Self.deliver(Array(round), to: stack) {
                                #expect(answer.status == 503, "\(answer.body)")
                                #expect(answer.retryAfter == "1")
                                #expect(took < Self.answerMax, "\(end)")
                            }
                        }
                        let away = try await stack.page("/metrics").body
                        #expect(away.contains("\nmultibrand_database_answers 0\n"))
                        #expect(!away.contains("\nmultibrand_inbox{"), "a gauge of an absent database would be a guess")

                        try await database.startAgain()
                        for delivery in deliveries.dropFirst() {
                            var answer = HTTPAnswer(status: 0, body: "", retryAfter: nil)
                            try await eventually("the delivery is stored", within: .seconds(30), seen: { "\(answer)" })
                            {
                                answer = try await stack.deliver(delivery)
                                return answer.status == 200
                            }
                            #expect(answer.body == #"{"status":"stored"}"#)
                        }
                        #expect(try await stack.page("/metrics").body.contains("\nmultibrand_database_answers 1\n"))
                        let again = try await stack.deliver(deliveries[8])
                        #expect(again.body == #"{"status":"repeated"}"#)
                        var accounts: [String] = []
                        try await eventually("the newest link is in force", seen: { "\(accounts)" }) {
                            accounts = try await client.preferences("card").links.map(\.destinationAccount.userID)
                            return accounts == ["M-9"]
                        }
                    }
                    try await stack.verify(covering: .preferenceVersionsContiguous)
                }
            }
        }

        /// Delivers all at once; each answer, and how long it took.
        private static func deliver(
            _ deliveries: [SignedDelivery], to stack: Stack
        ) async throws -> [(HTTPAnswer, Duration)] {
            try await withThrowingTaskGroup(of: (HTTPAnswer, Duration).self) { group in
                for delivery in deliveries {
                    group.addTask {
                        let begun = ContinuousClock.now
                        let answer = try await stack.deliver(delivery)
                        return (answer, begun.duration(to: .now))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }
}

/// A migrated database on a server of one test's own, which the test may end and start again.
private struct OwnDatabase: Sendable {
    let pool: PostgresPool
    let connectionString: String
    private let cluster: PostgresCluster
    private let processFile: String

    /// Durable: what was committed before the server is killed is there after it.
    private static let options = PostgresClusterOptions(connectionsMax: 40)

    static func with(_ body: @Sendable (OwnDatabase) async throws -> Void) async throws {
        let directory = "/tmp/multibrand-" + UUID().uuidString.prefix(8).lowercased()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let cluster = try await PostgresCluster.start(directory: directory, options: options)
        do {
            try await lend(cluster, body)
            await cluster.stop()
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private static func lend(
        _ cluster: PostgresCluster, _ body: @Sendable (OwnDatabase) async throws -> Void
    ) async throws {
        let connectionString = try await cluster.createDatabase(named: "multibrand")
        let configuration = PostgresConfiguration(
            connectionString: connectionString, poolSizeMax: 4, reconnectBackoffMax: .milliseconds(200))
        _ = try await Migrator(
            configuration: configuration, source: Schema.migrations, logger: Stack.quietLogger
        ).migrate()
        let pool = PostgresPool(configuration: configuration, logger: Stack.quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            let data: String = try await pool.query("select current_setting('data_directory')")[0].value()
            try await body(
                OwnDatabase(
                    pool: pool, connectionString: connectionString, cluster: cluster,
                    processFile: data + "/postmaster.pid"))
            group.cancelAll()
        }
    }

    /// Ends the server; nothing of it is left when this returns.
    func end(_ end: EndToEnd.DatabaseAwayTests.End) async throws {
        let text = try String(contentsOfFile: processFile, encoding: .utf8)
        guard let server = text.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
            throw Unusable("the server's process is not known")
        }
        switch end {
        case .killed: cluster.kill()
        // A fast shutdown (PostgreSQL manual, section 18.5).
        case .stopped: Glibc.kill(server, SIGINT)
        }
        try await eventually("the server is gone") { Glibc.kill(server, 0) != 0 }
    }

    func startAgain() async throws { try await cluster.startAgain(Self.options) }
}
