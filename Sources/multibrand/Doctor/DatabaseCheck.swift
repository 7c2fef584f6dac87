import Audit
import Cosmo
import Foundation
import Logging
import MultibrandServer
import PostgreSQL
import Schema

/// The database: whether it is there, keeps what it acknowledges, and has our schema.
struct DatabaseCheck {
    /// `merge`, `unnest` with several arrays and pipeline mode: what the stores rely on.
    static let versionNumberMin: Int64 = 140_000

    let configuration: ServiceConfiguration
    let chosen: ChosenDatabase
    let report: DoctorReport

    /// - Returns: The plugin in force by program; nil when the database could not tell.
    func run() async -> [String: String]? {
        let logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        var database = configuration.database
        database.connectTimeout = .seconds(5)
        database.applicationName = "multibrand doctor"
        do {
            try await PostgresConnection.refuseSharedSessions(database, logger: logger)
        } catch let error as SharedSessionsError {
            report.add(
                .failure(
                    "database sessions", error.message,
                    remedy: "change \(Settings.Database.url.key); `serve` and `migrate` refuse to start over this one"))
            return nil
        } catch {
            // The check below says why there is no connection.
        }
        do {
            return try await PostgresConnection.withDedicated(database, logger: logger) { connection in
                guard let facts = try await DatabaseFacts.read(on: connection) else { return nil }
                for finding in Self.findings(
                    facts, poolSizeMax: configuration.database.poolSizeMax,
                    ageMax: configuration.webhook.signature.ageMax)
                {
                    report.add(finding)
                }
                guard await checkMigrations(database, logger) else { return nil }
                report.add(Self.issuing(try await DatabaseFacts.openRecovery(on: connection)))
                return try await DatabaseFacts.pluginsInForce(on: connection)
            }
        } catch {
            report.add(
                .failure(
                    "database", "\(database.place), named by \(chosen.origin): \(error)",
                    remedy: "is PostgreSQL running there, and are host, port, database, role and password right?"))
            return nil
        }
    }

    static func findings(_ facts: DatabaseFacts, poolSizeMax: Int, ageMax: Duration) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        findings.append(
            facts.versionNumber >= versionNumberMin
                ? .ok("database", "PostgreSQL \(facts.version)")
                : .failure("database", "PostgreSQL \(facts.version)", remedy: "use PostgreSQL 14 or newer"))
        if facts.isStandby {
            findings.append(
                .failure(
                    "database role", "a standby, which takes no writes",
                    remedy: "name the primary, or all hosts with target_session_attrs=read-write"))
        }
        findings.append(durability(facts))
        findings.append(connections(facts, poolSizeMax: poolSizeMax))
        findings.append(
            ClockCheck.finding(
                "database clock", ahead: facts.clockAhead, within: max(.milliseconds(5), facts.roundTrip),
                ageMax: ageMax))
        return findings
    }

    /// - Parameter open: Since when a recovery is open, and how much of it is unexplained; nil when none is.
    static func issuing(_ open: (since: String, findings: Int64)?) -> DoctorFinding {
        guard let open else { return .ok("issuing", "goes on: no recovery is open") }
        return .warning(
            "issuing", "nothing is sent since \(open.since): a recovery is open, \(open.findings) unexplained",
            remedy: "run `multibrand admin recovery show`; it says what to do")
    }

    private static func durability(_ facts: DatabaseFacts) -> DoctorFinding {
        let durability = Durability(facts)
        return switch durability.grade {
        case .kept: .ok("durability", durability.words)
        case .atRisk: .warning("durability", durability.words, remedy: durability.remedy)
        case .lost: .failure("durability", durability.words, remedy: durability.remedy)
        }
    }

    private static func connections(_ facts: DatabaseFacts, poolSizeMax: Int) -> DoctorFinding {
        let free = facts.connectionsMax - facts.connectionsInUse
        let words = "\(poolSizeMax) for this service of \(facts.connectionsMax), \(facts.connectionsInUse) in use now"
        let remedy = "lower \(Settings.Database.poolSize.key) or raise max_connections; every instance takes its own"
        if Int64(poolSizeMax) > facts.connectionsMax { return .failure("connections", words, remedy: remedy) }
        if Int64(poolSizeMax) > free { return .warning("connections", words, remedy: remedy) }
        return .ok("connections", words)
    }

    /// Whether the schema is the one this build was written for.
    private func checkMigrations(_ database: PostgresConfiguration, _ logger: Logger) async -> Bool {
        let migrator = Migrator(
            configuration: database, source: Schema.migrations, logger: logger)
        do {
            let statuses = try await migrator.status()
            let finding = Self.migrations(statuses, migratesAtStart: configuration.migrateAtStart)
            report.add(finding)
            return statuses.allSatisfy { $0.state == .applied }
        } catch {
            report.add(
                .failure("migrations", "\(error)", remedy: "does `database.url` name the database of this service?"))
            return false
        }
    }

    static func migrations(_ statuses: [MigrationStatus], migratesAtStart: Bool) -> DoctorFinding {
        let pending = statuses.count { $0.state == .pending }
        let odd = statuses.filter { $0.state != .pending && $0.state != .applied }
        if let first = odd.first {
            return .failure(
                "migrations", "version \(first.version) is \(first.state.rawValue)",
                remedy: "run the build and the migration files that belong together; never edit an applied migration")
        }
        guard pending > 0 else {
            return .ok("migrations", "up to date at version \(statuses.map(\.version).max() ?? 0)")
        }
        let words = "\(pending) not applied yet"
        return migratesAtStart
            ? .warning(
                "migrations", words, remedy: "`serve` applies them when it starts; `multibrand migrate` does it now")
            : .failure("migrations", words, remedy: "run `multibrand migrate`")
    }
}
