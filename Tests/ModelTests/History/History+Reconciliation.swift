import Cosmo
import CosmoSandbox
import Issuance
import PostgreSQL
import Rewards

/// The daily comparison with Cosmo's transactions: by the worker, and by an operator again.
extension History {
    private static let microsPerDay = BookedCosmo.microsPerDay

    private var today: Int64 { service.clock.nowMicros / Self.microsPerDay }

    private func text(_ day: Int64) -> String {
        let micros = day * Self.microsPerDay
        let month = NaiveWorld.month(micros)
        var first = day
        while NaiveWorld.month((first - 1) * Self.microsPerDay) == month { first -= 1 }
        let place = day - first + 1
        return "\(month)-\(place < 10 ? "0" : "")\(place)"
    }

    func reconcile() async throws {
        if random.chance(35) { return try await compareWhatIsDue() }
        let booked = Set(service.cosmo.bookedMicros.values.map { $0 / Self.microsPerDay }).filter { $0 < today }
            .sorted()
        let isBusy = random.chance(80)
        guard let day = isBusy ? booked.randomElement(using: &random) : random.number(ServiceUnderTest.firstDay...today)
        else {
            return try await compareWhatIsDue()
        }
        guard day < today else { return try await compareTooEarly(day) }
        note("an operator compares \(text(day)) with Cosmo")
        try await compare(day) { try await self.service.reconcileDay(self.text(day)) }
    }

    private func compareWhatIsDue() async throws {
        let yesterday = today - 1
        let isLate = service.clock.nowMicros % Self.microsPerDay >= ServiceUnderTest.reconcileAfterSeconds * 1_000_000
        guard isLate, !comparedDays.contains(yesterday) else {
            note("the worker finds no day to compare with Cosmo")
            let days = try await service.reconciliationWorker.reconcileDue()
            guard days.isEmpty else { throw fault("the worker compared \(days.map(\.text)), and nothing was due") }
            return tally.count("looks for a day to compare")
        }
        note("the worker compares \(text(yesterday)) with Cosmo")
        try await compare(yesterday) {
            let days = try await self.service.reconciliationWorker.reconcileDue()
            guard days.map(\.text) == [self.text(yesterday)] else {
                throw self.fault("the worker compared \(days.map(\.text)), not \(self.text(yesterday))")
            }
            return try await IssuanceReads(pool: self.service.pool).reconciliation(self.text(yesterday))
        }
        tally.count("days compared by the worker")
    }

    private func compareTooEarly(_ day: Int64) async throws {
        note("an operator compares \(text(day)), which is not over")
        do {
            _ = try await service.reconcileDay(text(day))
        } catch let error as IssuanceError {
            guard error.reason == .dayNotOver, error.outcome == .notApplied else { throw error }
            return tally.count("comparisons refused")
        }
        throw fault("\(text(day)) was compared before it was over")
    }

    /// Compares a day and holds what comes of it to the books.
    private func compare(_ day: Int64, _ call: () async throws -> Reconciliation) async throws {
        _ = service.cosmo.takeUnread()
        let before = try await issuances()
        let found = try await call()
        comparedDays.insert(day)
        let after = try await issuances()
        let unread = service.cosmo.takeUnread()
        // A second that two days share is looked at with the first.
        let span = (day * Self.microsPerDay + 1_000_000)..<((day + 1) * Self.microsPerDay + 1_000_000)
        let times = service.cosmo.bookedMicros
        let booked = service.cosmo.transactions.filter { times[$0.referenceNumber].map(span.contains) ?? false }
        let listed = booked.filter { !service.cosmo.isLeftOut($0.referenceNumber) }
        let foreign = service.cosmo.foreign(onDay: day).map(\.transaction.id)
        let byReference = Dictionary(after.map { ($0.reference, $0.status) }) { first, _ in first }
        for transaction in listed where byReference[transaction.referenceNumber] != "confirmed" {
            throw fault("\(transaction.referenceNumber) is listed, and not confirmed by the comparison")
        }
        guard found.cosmoCount == listed.count + foreign.count, found.matchedCount == listed.count,
            found.failure == nil, found.finishedAt != nil, found.findingCount == found.findings.count
        else {
            throw fault("the day came to \(found), Cosmo lists \(listed.count) of ours and \(foreign.count) others")
        }
        let told = Set(found.findings.map { "\($0.side.rawValue) \($0.cosmoTransactionID ?? "") \($0.reason)" })
        var expected = Set(foreign.map { "cosmo_only \($0) NOT_OURS" })
        // What is left out of the listing is asked for by name, and missing only when that fails.
        let sent = try await sentTransactions(day)
        for (id, reference) in sent where service.cosmo.isLeftOut(reference) && unread.contains(id) {
            expected.insert("ours_only \(id) NOT_LISTED")
            tally.count("issuances missed in a listing")
        }
        guard told == expected, found.findings.count == expected.count else {
            throw fault("the day's findings are \(told.sorted()), the books say \(expected.sorted())")
        }
        let open = Set(before.filter { $0.status != "confirmed" }.map(\.reference))
        let settled = listed.filter { open.contains($0.referenceNumber) }.count
        tally.count("issuances confirmed by a comparison", by: settled)
        tally.count("days compared")
        tally.count("transactions compared", by: listed.count)
        tally.count("foreign transactions found", by: foreign.count)
        try await checkAgainstBooks()
    }

    /// Our confirmed issuances that were sent last on a day, by Cosmo's id.
    private func sentTransactions(_ day: Int64) async throws -> [(id: String, reference: String)] {
        let rows = try await service.pool.query(
            """
            select coalesce(cosmo_transaction_id, reference_number) as id, reference_number from issuances
             where status = 'confirmed' and last_sent_at >= $1 and last_sent_at < $2
            """,
            [
                .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: day * Self.microsPerDay)),
                .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: (day + 1) * Self.microsPerDay)),
            ])
        return try rows.map { (try $0.get("id"), try $0.get("reference_number")) }
    }
}
