import Audit
import CosmoSandbox
import Foundation
import Logging
import MultibrandAPI
import PostgreSQL
import SwiftProtobuf

/// The demo's script: what happens on the stack, in order.
struct DemoPlay {
    let purchases: String

    func run(on running: LocalStack.Running, _ connection: AdminConnection) async throws {
        say("configuring \(DemoPrograms.configurations.count) programs")
        try await DemoPrograms.configure(connection)
        say("linking programs to \(DemoCards.all.count) cards through the widget and its signed webhooks")
        try await DemoCards.set(up: connection)
        say("recording the purchases of \(purchases)")
        let summary = try await record(connection)
        say("waiting until every issuance is confirmed by webhook")
        try await settle(connection)
        let books = try await DemoBooks.read(connection)
        print("\n\(summary)\n\n\(books.table)\n\n\(DemoBooks.legend)\n")
        try books.check(against: running.cosmo.balances())
        try await verify(running.databaseURL)
    }

    private func record(_ connection: AdminConnection) async throws -> String {
        let rejected = ".multibrand/demo/rejected.csv"
        let summary = try await PurchaseImport(
            file: purchases, connection: connection, rejectedPath: rejected, restart: true, progress: true
        ).run()
        ImportProgress.remove(for: purchases)
        guard summary.rejected == 0 else {
            throw CommandFailure(.failed, "\(summary.rejected) purchases were rejected; \(rejected) says why")
        }
        return "\(summary.recorded) purchases recorded."
    }

    /// Done when nothing is planned, sent or waited for any more.
    private func settle(_ connection: AdminConnection) async throws {
        try await wait(for: "the issuances to be confirmed") {
            let overview: Multibrand_V1_Overview = try await connection.call(
                "AdminService/GetOverview", Multibrand_V1_GetOverviewRequest())
            let open = overview.issuancesByStatus.filter { $0.key != "confirmed" }.values.reduce(0, +)
            return open == 0 && overview.positionsToPlan == 0 && overview.inboxReceived == 0
                && overview.linksToCheck == 0
        }
    }

    private func verify(_ databaseURL: String) async throws {
        let logger = Logger(label: "verify") { _ in SwiftLogNoOpLogHandler() }
        let pool = PostgresPool(
            configuration: PostgresConfiguration(connectionString: databaseURL, poolSizeMax: 2), logger: logger)
        let report = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            let report = try await Verify(pool: pool, logger: logger)()
            group.cancelAll()
            return report
        }
        guard report.isClean else {
            for violation in report.violations.prefix(10) { print(violation) }
            throw CommandFailure(.violations, "the books do not hold: \(report.violationCount) violations")
        }
        print(VerifyCommand.summary(of: report))
    }
}
