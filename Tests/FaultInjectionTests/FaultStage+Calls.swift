import Cosmo
import Issuance
import OperatorRecord
import PostgreSQL
import Preferences
import Programs
import Spending
import Wiring

/// Calls of operators and platforms that look for the outcome of a lost commit, through the way that breaks.
extension FaultStage {

    func writeOffDebt() async throws -> PositionView {
        let request = WriteOffDebt.Request(
            cardID: "card", programID: "prg_a", reason: "the card is closed", requestID: "write-off")
        return try await WriteOffDebt(pool: pool, configuration: Self.issuance)(
            request, by: "operator",
            audit: AuditEntry(clientID: "operator", action: "WriteOffDebt", subject: "card/prg_a"))
    }

    func linkProgram() async throws -> PreferencesAnswer {
        let context = wiring(pool).preferences()
        return try await LinkProgram(context: context)(
            .init(
                cardID: "card", programID: "prg_c", account: .init(userID: "M-1"), parts: 1, requestID: "link"))
    }

    /// Records a spend whose legs park for want of plugins.
    func parkLegs() async throws {
        let unread = ProgramCatalogue(pool: direct, registry: Self.registry, logger: Self.logger)
        let withoutPlugins = RoomWiring(pool: direct, catalogue: unread, now: { .now })
            .recordSpend(Self.spending, logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await withoutPlugins.run() }
            _ = try await withoutPlugins.record(spendRequest)
            withoutPlugins.shutDown()
        }
    }

    func retryParkedLegs() async throws -> RetryParkedLegs.Report {
        try await wiring(pool).retryParkedLegs(SpendingConfiguration())(
            programID: "prg_a", audit: AuditEntry(clientID: "operator", action: "RetryParkedLegs", subject: "prg_a"))
    }
}
