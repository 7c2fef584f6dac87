import AllocationPlugins
import Audit
import Foundation
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Spending

/// Large books made by the service's own code, to measure `verify` and `replay` on.
///
///     MULTIBRAND_BOOKS_SPENDS=1000000 MULTIBRAND_BOOKS_URL=postgresql:///books swift test --filter LargeBooksTests
///
/// fills an empty, migrated database with so many spends of three legs each, one in a hundred refunded, and leaves it
/// there. Without the URL the database goes with the test; without the number a thousand spends are made.
@Suite("Large books")
struct LargeBooksTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let spends = environment["MULTIBRAND_BOOKS_SPENDS"].flatMap { Int($0) } ?? 1000

    @Test("large books are clean, and replay byte for byte", .timeLimit(.minutes(120)))
    func books() async throws {
        guard let url = Self.environment["MULTIBRAND_BOOKS_URL"] else {
            return try await TestDatabase.withDatabase { pool, _ in try await Self.measure(pool) }
        }
        let configuration = PostgresConfiguration(connectionString: url, poolSizeMax: 8)
        let pool = PostgresPool(configuration: configuration, logger: Logger(label: "multibrand.books"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            try await Self.measure(pool)
            group.cancelAll()
        }
    }

    private static func measure(_ pool: PostgresPool) async throws {
        let plugins = try configure()
        try await write(to: pool, plugins)
        let readers = ProcessInfo.processInfo.activeProcessorCount
        let logger = Logger(label: "multibrand.books")
        let report = try await Verify(pool: pool, logger: logger, readers: readers)()
        #expect(report.violations == [])
        #expect(report.checks.first { $0.name == .spendSum }?.checked == Int64(spends))
        let replay = try await Replay(
            pool: pool,
            plugins: { programID, _ in
                guard let plugin = plugins.first(where: { $0.programID == programID }) else {
                    throw LegFault(reason: "ABSENT", plugin: nil)
                }
                return plugin
            }, logger: logger, slices: readers)(.all)
        #expect(replay.findings == [] && replay.identical == Int64(spends))
        print(
            "\(spends) spends: verify \(report.durationMilliseconds) ms with \(readers) readers,",
            "replay \(replay.durationMilliseconds) ms, peak memory \(peakMemoryMegabytes) MB")
    }

    private static func configure() throws -> [InstalledPlugin] {
        let registry = try PluginRegistry(allocationPlugins)
        return try [
            ("prg_air", "flat-rate", #"{"pointsPerMajorUnit":"1.5"}"#),
            ("prg_hotel", "category", #"{"categories":"2026-11","defaultRate":"1"}"#),
            (
                "prg_shop", "capped-tiers",
                #"{"tiers":[{"upTo":500,"rate":"2"},{"rate":"1"}],"cap":{"on":"earning","limit":2000,"#
                    + #""beyond":"refuse"}}"#
            ),
        ].map { programID, plugin, configuration in
            try registry.install(
                programID: programID, plugin: plugin, configuration: try JSONValue(parsing: configuration),
                configurationVersion: 1)
        }
    }

    private static func write(to pool: PostgresPool, _ plugins: [InstalledPlugin]) async throws {
        let cards = max(10, spends / 50)
        try await register(cards, plugins, in: pool)
        let recordSpend = SpendingFixture.recordSpend(pool, SwappablePlugins(PluginSet(plugins)))
        try await SpendingFixture.running(recordSpend) {
            try await atOnce(512, spends) { number in
                var random = SeededGenerator(seed: UInt64(number))
                let codes = ["5411", "5812", "6011", "3000", "5541"]
                _ = try await recordSpend.record(
                    SpendRequest(
                        spendID: "spend-\(number)", cardID: "card-\(number % cards)", currencyCode: "EUR",
                        amountMinor: Int64.random(in: 50...20_000, using: &random),
                        merchantCategoryCode: codes[Int.random(in: 0..<codes.count, using: &random)],
                        merchantName: "Shop \(number % 97)", merchantCountry: "DE",
                        occurredAt: PostgresTimestamp(
                            microsecondsSinceEpoch: 1_780_000_000_000_000 + Int64(number) * 5_000_000)))
            }
        }
        let refund = RecordRefund(
            pool: pool,
            pinnedPlugins: { programID, _ in
                guard let plugin = plugins.first(where: { $0.programID == programID }) else {
                    throw LegFault(reason: "ABSENT", plugin: nil)
                }
                return plugin
            }, positions: PositionsByHand())
        try await atOnce(6, spends / 100) { number in
            _ = try await refund(
                RefundRequest(
                    refundID: "refund-\(number)", spendID: "spend-\(number * 100)", currencyCode: "EUR",
                    amountMinor: Int64(1 + number % 50)))
        }
        try await issuanceHalf(in: pool)
        try await pool.withConnection { try await $0.execute("analyze") }
    }

    private static func register(_ cards: Int, _ plugins: [InstalledPlugin], in pool: PostgresPool) async throws {
        let weights = try WeightVector([("prg_air", 5), ("prg_hotel", 3), ("prg_shop", 2)]).canonicalText
        _ = try await pool.query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
            select card, 'user', source, 'EUR', 1, sha256(convert_to(octet_length(card) || ':' || card || '4:user3:EUR'
                || octet_length(source) || ':' || source, 'UTF8'))
            from generate_series(0, $1 - 1) n cross join lateral (select 'card-' || n, 'source-' || n) c (card, source)
            """, [.int(cards)])
        _ = try await pool.query(
            """
            insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at, \
            recorded_at)
            select card_id, 1, $1, \(LinksByHand.json(ofWeights: "$1")), 'test', 'test', '2026-01-01', '2026-01-01' \
            from cards
            """, [.text(weights)])
        _ = try await pool.query(LinksByHand.events(where: "true"))
        _ = try await pool.query(LinksByHand.links(where: "true"))
        for plugin in plugins {
            let name = plugin.identity.plugin.split(separator: "@").map(String.init)
            _ = try await pool.query(
                "insert into programs (program_id, configuration_version) values ($1, 1)", [.text(plugin.programID)])
            _ = try await pool.query(
                """
                insert into program_configurations
                    (program_id, configuration_version, plugin, plugin_version, configuration, digest, set_by)
                values ($1, 1, $2, $3, $4, $5, 'test')
                """,
                [
                    .text(plugin.programID), .text(name[0]), .text(name[1]), .text(plugin.configuration.canonicalText),
                    .text(plugin.identity.digest),
                ])
        }
    }

    /// One confirmed issuance of half of the points of each position.
    private static func issuanceHalf(in pool: PostgresPool) async throws {
        try await pool.withConnection {
            try await $0.execute(
                """
                insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                    sent_currency, account, status, cosmo_transaction_id, settled_by, settled_at, attempts,
                        first_sent_at,
                    last_sent_at)
                select card_id, 'mb-' || card_id || '-' || program_id, program_id, unit,
                    earned_micro / 2000000 * 1000000, earned_micro / 2000000, 'POINTS',
                    '{"destinationUserId": "M-1"}', 'confirmed', 'tx-' || card_id || '-' || program_id, 'webhook',
                        now(), 1,
                    now(), now()
                from positions where earned_micro >= 2000000;
                update positions set issued_micro = earned_micro / 2000000 * 1000000 where earned_micro >= 2000000;
                """)
        }
    }

    /// Runs numbered work, so many at once.
    private static func atOnce(
        _ width: Int, _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= width { try await group.next() }
                group.addTask { try await work(number) }
            }
            try await group.waitForAll()
        }
    }

    private static var peakMemoryMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
    }
}
