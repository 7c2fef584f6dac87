import ArgumentParser
import Logging
import MultibrandServer
import PostgreSQL
import Schema

/// `multibrand migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema up to date.",
        discussion: """
            Safe to run again and from several places at once. Refuses a database that is newer than this build, and \
            files \
            that were changed after they were applied.

            EXAMPLES
              multibrand migrate --config multibrand.json
              multibrand migrate --status
            """)

    @OptionGroup var service: ServiceOptions
    @Flag(help: "Only show which migrations are applied.") var status = false

    func run() async throws {
        bootstrapLogging(level: .warning, isJSON: false)
        let database = try await service.database()
        let migrator = Migrator(
            configuration: PostgresConfiguration(connectionString: database.url), source: Schema.migrations,
            logger: Logger(label: "migrate"))
        try await database.reaching { try await run(migrator) }
    }

    private func run(_ migrator: Migrator) async throws {
        if status {
            var table = TextTable([.number("version"), .text("name"), .text("state"), .text("applied at")])
            for migration in try await migrator.status() {
                table.add([
                    "\(migration.version)", migration.name, migration.state.rawValue,
                    migration.appliedAt.map { Moment.text($0.microsecondsSinceEpoch) } ?? "-",
                ])
            }
            print(table.rendered())
            return
        }
        let report = try await migrator.migrate()
        print(
            report.applied.isEmpty
                ? "The schema is up to date at version \(report.version)."
                : "Applied \(report.applied.count) migrations; the schema is at version \(report.version).")
    }
}
