import PostgreSQL
import Rewards

/// Withdraws planned issuances: those to accounts that are no longer the cards', and of positions that owe, newest
/// first, until nothing is owed or nothing is left to withdraw (I-7).
///
/// Runs in the caller's transaction, which has the positions locked; no sender can take an issuance of theirs
/// meanwhile.
struct WithdrawPlanned: Sendable {
    let policy: SettlementPolicy

    /// Withdraws and returns what became of each issuance it touched.
    ///
    /// Whole issuances are withdrawn, so a position may have something pending afterwards: it is planned again.
    ///
    /// - Parameter outdated: The issuances to accounts that are no longer the cards', locked; they also cover what is
    ///   owed.
    ///
    /// **Cost** One round trip when nothing is planned; it reads the issuances of each position that owes.
    func callAsFunction(
        _ debts: [(key: PositionKey, debtMicro: Int64)], outdated: [IssuanceRecord] = [], at now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> [IssuanceTransition] {
        let given = Dictionary(grouping: outdated, by: \.positionKey)
        let owed = debts.map { key, debt in
            (key: key, debtMicro: (given[key] ?? []).reduce(debt) { $0 - $1.quantityMicro })
        }.filter { $0.debtMicro > 0 }
        let planned = owed.isEmpty ? [] : try await connection.all(IssuanceStore.planned(of: owed.map(\.key)))
        let gone = Set(outdated.map(\.referenceNumber))
        let issuances = Dictionary(
            grouping: planned.filter { !gone.contains($0.referenceNumber) }, by: \.positionKey)
        let chosen = owed.flatMap { Self.choose(issuances[$0.key] ?? [], debtMicro: $0.debtMicro) }
        let inputs =
            outdated.map { ApplyIssuanceEvents.Input(referenceNumber: $0.referenceNumber, event: .accountChanged) }
            + chosen.map { ApplyIssuanceEvents.Input(referenceNumber: $0.referenceNumber, event: .positionOwes) }
        guard !inputs.isEmpty else { return [] }
        return try await ApplyIssuanceEvents(policy: policy).apply(inputs, at: now, on: connection).compactMap { $0 }
    }

    /// Which planned issuances go: untouched ones newest first until the debt is covered; when they do not cover it,
    /// those to be sent again as well, which covers nothing but keeps them from standing in the senders' way.
    static func choose(_ planned: [IssuanceRecord], debtMicro: Int64) -> [IssuanceRecord] {
        var owed = debtMicro
        var chosen: [IssuanceRecord] = []
        for issuance in planned.filter(\.isUntouched).sorted(by: { $0.number > $1.number }) where owed > 0 {
            chosen.append(issuance)
            owed -= issuance.quantityMicro
        }
        if owed > 0 { chosen += planned.filter { $0.status == .planned && !$0.isUntouched } }
        return chosen
    }
}
