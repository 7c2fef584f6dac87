import Cards
import Issuance
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Preferences
import Programs
import Rewards
import Testing
import Wiring

/// What the wiring itself decides: which clock, which delay, which pair. What the rooms do with it is tested over the
/// same wiring by ModelTests and FaultInjectionTests.
@Suite("The rooms, as the service wires them")
struct WiringTests {
    private static let noon = PostgresTimestamp(microsecondsSinceEpoch: 1_771_502_400_000_000)
    private static let points = PositionKey(cardID: "card", programID: "prg_a", unit: .points)
    private static let value = PositionKey(cardID: "card", programID: "prg_a", unit: .value)

    private static func with(_ body: (RoomWiring) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(poolSizeMax: 2) { pool, _ in
            var logger = Logger(label: "multibrand.wiring")
            logger.logLevel = .critical
            let catalogue = ProgramCatalogue(pool: pool, registry: try PluginRegistry([]), logger: logger)
            try await body(
                RoomWiring(pool: pool, catalogue: catalogue, planDelay: .seconds(30), now: { noon }))
        }
    }

    private static func run(_ statements: [PostgresStatement], on pool: PostgresPool) async throws {
        _ = try await pool.withTransaction { try await $0.pipeline(statements) }
    }

    private static func planAt(_ key: PositionKey, on pool: PostgresPool) async throws -> PostgresTimestamp? {
        try await pool.query(
            "select plan_at from positions where card_id = $1 and program_id = $2 and unit = $3",
            [.text(key.cardID), .text(key.programID), .text(key.unit.rawValue)])[0].value()
    }

    @Test("What is earned is planned after the delay, what is taken back at once, both by the wired clock")
    func planDelay() async throws {
        try await Self.with { wiring in
            try await Self.run(
                wiring.positions.change(
                    [.earned(Self.points, micro: 5), .clawedBack(Self.value, micro: 3)], at: Self.noon), on: wiring.pool
            )
            #expect(try await Self.planAt(Self.points, on: wiring.pool) == Self.noon.advanced(by: .seconds(30)))
            #expect(try await Self.planAt(Self.value, on: wiring.pool) == Self.noon)
            let row = try await wiring.pool.query(
                """
                select (select earned_micro from positions where unit = 'points') as earned,
                    (select clawed_back_micro from positions where unit = 'value') as clawed_back
                """)[0]
            #expect(try row.get("earned", as: Int64.self) == 5)
            #expect(try row.get("clawed_back", as: Int64.self) == 3)
        }
    }

    @Test("A link that becomes usable has its card's position planned at once, and no other card's")
    func usableLink() async throws {
        try await Self.with { wiring in
            let other = PositionKey(cardID: "other", programID: "prg_a", unit: .points)
            try await Self.run(
                wiring.positions.change([.earned(Self.points, micro: 5), .earned(other, micro: 5)], at: Self.noon),
                on: wiring.pool)
            try await Self.run(
                wiring.preferences().positions.planAgain(
                    cardID: "card", programID: "prg_a", accountChanged: true, at: Self.noon), on: wiring.pool)
            #expect(try await Self.planAt(Self.points, on: wiring.pool) == Self.noon)
            #expect(try await Self.planAt(other, on: wiring.pool) == Self.noon.advanced(by: .seconds(30)))
        }
    }

    @Test("The planner hears of a program what the database says, not what the catalogue remembers")
    func terms() async throws {
        try await Self.with { wiring in
            _ = try await wiring.pool.query(
                """
                insert into programs (program_id, listed, issuing_paused, local_currency_code, minimum_points,
                    maximum_points, minimum_value, maximum_value, pays_into)
                values ('prg_a', true, true, 'EUR', 2, 3, 4, 5, 'COSMO'),
                    ('prg_w', true, false, null, null, null, null, null, 'WALLET')
                """)
            let terms = try await wiring.pool.withConnection {
                try await wiring.terms($0, ["prg_a", "prg_w", "prg_x"])
            }
            #expect(
                terms == [
                    "prg_a": ProgramTerms(
                        isListed: true, isPaused: true, minimumPoints: 2, maximumPoints: 3, minimumValue: 4,
                        maximumValue: 5, issuanceCurrencyCode: "EUR"),
                    "prg_w": ProgramTerms(isListed: true, paysIntoWallet: true),
                ])
        }
    }
}
