import PostgreSQL

/// Withdraws planned issues of positions that owe, newest first, until nothing is owed or nothing is left to withdraw (I-7).
///
/// Runs in the caller's transaction, which has the positions locked; no sender can take an issue of theirs meanwhile.
struct WithdrawPlanned: Sendable {
    let policy: SettlementPolicy

    /// Withdraws and returns what became of each issue it touched.
    ///
    /// Whole issues are withdrawn, so a position may have something pending afterwards: it is planned again.
    ///
    /// **Cost** One round trip when nothing is planned; it reads the issues of each position that owes.
    func callAsFunction(
        _ debts: [(key: PositionKey, debtMicro: Int64)], at now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> [IssuanceTransition] {
        guard !debts.isEmpty else { return [] }
        let planned = try await IssuanceStore.planned(of: debts.map(\.key), on: connection)
        let issues = Dictionary(grouping: planned, by: \.positionKey)
        let chosen = debts.flatMap { Self.choose(issues[$0.key] ?? [], debtMicro: $0.debtMicro) }
        guard !chosen.isEmpty else { return [] }
        let inputs = chosen.map { ApplyIssuanceEvents.Input(referenceNumber: $0.referenceNumber, event: .positionOwes) }
        return try await ApplyIssuanceEvents(policy: policy).apply(inputs, at: now, on: connection).compactMap { $0 }
    }

    /// Which planned issues go: untouched ones newest first until the debt is covered; when they do not cover it, those to
    /// be sent again as well, which covers nothing but keeps them from standing in the senders' way.
    static func choose(_ planned: [IssuanceRecord], debtMicro: Int64) -> [IssuanceRecord] {
        var owed = debtMicro
        var chosen: [IssuanceRecord] = []
        for issue in planned.filter(\.isUntouched).sorted(by: { $0.number > $1.number }) where owed > 0 {
            chosen.append(issue)
            owed -= issue.quantityMicro
        }
        if owed > 0 { chosen += planned.filter { $0.status == .planned && !$0.isUntouched } }
        return chosen
    }
}
