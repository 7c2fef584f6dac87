import AllocationPlugins
import Cosmo
import Foundation
import Logging
import OperatorRecord
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Synchronization

@testable import Programs

/// The room over a fresh database and a scripted Cosmo.
struct ProgramsFixture: Sendable {
    let pool: PostgresPool
    let cosmo: ScriptedCosmo
    let catalogue: ProgramCatalogue
    let refresh: RefreshPrograms
    let configure: ConfigureProgram
    let pause: PauseProgram
    /// The programs whose positions issuance was asked to look at.
    let woken: Woken

    final class Woken: Sendable {
        private let programs = Mutex<[String]>([])
        var all: [String] { programs.withLock { $0 } }
        func add(_ programID: String) { programs.withLock { $0.append(programID) } }
        func clear() { programs.withLock { $0 = [] } }
    }

    static let logger = Logger(label: "programs-tests")

    static func with(
        _ programs: [CosmoProgram] = [], fields: [String: [String]] = [:],
        _ body: (ProgramsFixture) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await body(try ProgramsFixture(pool: pool, cosmo: ScriptedCosmo(programs, fields: fields)))
        }
    }

    init(pool: PostgresPool, cosmo: ScriptedCosmo, notices: PostgresNotices? = nil) throws {
        let woken = Woken()
        let effects = ProgramsEffects(
            onTermsChanged: { programID in
                woken.add(programID)
                return []
            })
        self.pool = pool
        self.cosmo = cosmo
        self.woken = woken
        catalogue = ProgramCatalogue(
            pool: pool, registry: try PluginRegistry(allocationPlugins), notices: notices, logger: Self.logger)
        refresh = RefreshPrograms(pool: pool, cosmo: cosmo, effects: effects, logger: Self.logger)
        configure = ConfigureProgram(pool: pool, catalogue: catalogue)
        pause = PauseProgram(pool: pool, catalogue: catalogue, effects: effects)
    }

    static func sky(
        id: String = "prg_sky", name: String = "Sky", points: CosmoLimits = .none, value: CosmoLimits = .none
    ) -> CosmoProgram {
        CosmoProgram(
            id: id, name: name, businessName: "Sky \u{0}Airlines", programCurrency: "EUR", localCurrency: "USD",
            pricePerPoint: Decimal(459) / 10_000, pointsLimits: points, valueLimits: value)
    }

    static func entry(_ action: String, of programID: String = "prg_sky") -> AuditEntry {
        AuditEntry(clientID: "ops", action: action, subject: programID)
    }

    func actions() async throws -> [String] {
        try await pool.query(
            "select action || ' ' || subject || ' by ' || client_id as line from operator_actions order by action_id"
        )
        .map { try $0.get("line", as: String.self) }
    }
}
