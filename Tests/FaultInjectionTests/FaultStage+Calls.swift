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
    /// Long enough for a connection to come back.
    private static let resolutionTime = Duration.seconds(2)

    func writeOffDebt() async throws -> PositionView {
        var configuration = Self.issuance
        configuration.commitResolutionTime = Self.resolutionTime
        let request = WriteOffDebt.Request(
            cardID: "card", programID: "prg_a", reason: "the card is closed", requestID: "write-off")
        return try await WriteOffDebt(pool: pool, configuration: configuration)(
            request, by: "operator",
            audit: AuditEntry(clientID: "operator", action: "WriteOffDebt", subject: "card/prg_a"))
    }

    func linkProgram() async throws -> PreferencesAnswer {
        let context = wiring(pool).preferences(commitResolutionTime: Self.resolutionTime)
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
        let retry = wiring(pool).retryParkedLegs(
            SpendingConfiguration(commitResolutionTime: Self.resolutionTime))
        return try await retry(
            programID: "prg_a", audit: AuditEntry(clientID: "operator", action: "RetryParkedLegs", subject: "prg_a"))
    }
}
