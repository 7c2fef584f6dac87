import Cosmo
import Foundation
import Logging
import PostgreSQL
import Rewards

/// Compares the time of a recovery with Cosmo's transactions, and adopts the issues that only Cosmo knows.
///
/// Issues in the books are settled by what the listing reports, as a read would. A transaction that is none of them is
/// adopted when its reference number proves the card. What is left is kept as findings for a person.
///
/// **Guarantees** Making it again changes nothing that it did before. A comparison whose place another took stores no end.
/// **Cost** Memory follows the busiest slice. One listing for each quarter of an hour, one transaction for each adoption.
struct CompareRecovery: Sendable {
    let pool: PostgresPool
    let configuration: IssuanceConfiguration
    let listing: CosmoListing
    let cards: CardDirectory
    let adopt: AdoptIssuance
    let now: @Sendable () -> PostgresTimestamp
    let logger: Logger

    /// Another process took the comparison over, or the recovery ended.
    private struct Replaced: Error {}

    /// Makes the comparison that is due, if one is; returns whether one was.
    func callIfDue() async throws -> Bool {
        guard configuration.isIntervalLookupEnabled else { return false }
        let id = UUID().uuidString.lowercased()
        let startedAt = now()
        let recovery = try await pool.withTransaction(vouches: false) { connection in
            try await RecoveryStore.claimComparison(id, until: leaseEnd(), at: startedAt, on: connection)
        }
        guard let recovery else { return false }
        do {
            let counts = try await compare(recovery, id, startedAt: startedAt)
            try await end(recovery, id, startedAt: startedAt, counts, failure: nil)
        } catch is Replaced {
            logger.info("a comparison of a recovery was replaced", metadata: ["recovery": "\(recovery.number)"])
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let failure = (error as? CosmoError)?.reason.rawValue ?? "INTERNAL"
            logger.error(
                "the books could not be compared with Cosmo; it is tried again, and nothing is sent until then",
                metadata: ["recovery": "\(recovery.number)", "reason": "\(failure)", "error": "\(error)"])
            try await end(recovery, id, startedAt: nil, (0, 0), failure: failure)
        }
        return true
    }

    private func leaseEnd() -> PostgresTimestamp { now().advanced(by: configuration.recoveryLease) }

    private func compare(
        _ recovery: Recovery, _ id: String, startedAt: PostgresTimestamp
    ) async throws -> (cosmo: Int, matched: Int) {
        var counts = (cosmo: 0, matched: 0)
        var seen: Set<String> = []
        let slice = max(.seconds(1), configuration.reconciliationSlice)
        // Cosmo's clock may be ahead of ours, and its seconds may be rounded.
        let end = recovery.compareUntil.advanced(by: configuration.recoveryMargin)
        var start = recovery.compareFrom
        repeat {
            let sliceEnd = min(start.advanced(by: slice), end)
            let listed = try await listing.transactions(from: start, to: sliceEnd).filter { !seen.contains($0.id) }
            for batch in ListedTransactions.batches(listed) {
                let found = try await pool.withTransaction { connection in
                    try await ListedTransactions.match(batch, configuration: configuration, at: now(), on: connection)
                }
                counts.cosmo += batch.count
                counts.matched += batch.count - found.strangers.count
                counts.matched += try await examine(found.strangers, of: recovery)
            }
            // Slices share a second.
            seen = Set(listed.map(\.id))
            start = sliceEnd
            let lease = RecoveryStore.extendComparison(id, until: leaseEnd())
            guard try await !pool.query(lease.sql, lease.parameters).isEmpty else { throw Replaced() }
        } while start < min(end, now())
        let forget = RecoveryStore.forget(of: recovery.number, foundBefore: startedAt)
        _ = try await pool.query(forget.sql, forget.parameters)
        return counts
    }

    /// Stores transactions that are none of our issues, then adopts those whose card is proven; returns how many.
    private func examine(_ strangers: [CosmoTransaction], of recovery: Recovery) async throws -> Int {
        guard !strangers.isEmpty else { return 0 }
        let suspects = try await identify(strangers)
        let put = RecoveryStore.put(suspects.map(\.finding), of: recovery.number, at: now())
        _ = try await pool.query(put.sql, put.parameters)
        var adopted = 0
        for suspect in suspects {
            guard let reported = suspect.reported, let key = suspect.provenKey else { continue }
            do {
                guard let issue = try await adopt.adoptProven(reported, of: key) else { continue }
                adopted += 1
                logger.notice(
                    "an issue that only Cosmo knew was adopted",
                    metadata: [
                        "recovery": "\(recovery.number)", "reference_number": "\(issue.referenceNumber)",
                        "program_id": "\(issue.programID)",
                    ])
            } catch  where (error as? PostgresError)?.isOutage != true && !(error is CancellationError) {
                // One that cannot be booked stays a finding and keeps no other waiting.
                logger.error(
                    "an issue that only Cosmo knows could not be adopted",
                    metadata: ["transaction": "\(suspect.finding.transactionID)", "error": "\(error)"])
            }
        }
        return adopted
    }

    private struct Suspect {
        let finding: RecoveryFinding
        let reported: ReportedIssue?
        let provenKey: PositionKey?
    }

    private func identify(_ strangers: [CosmoTransaction]) async throws -> [Suspect] {
        let reported = strangers.map(ReportedIssue.init)
        var proven: [String: PositionKey] = [:]
        let provable = reported.compactMap { $0 }.filter(\.isProvable)
        for (programID, issues) in Dictionary(grouping: provable, by: \.programID) {
            let found = try await cards.positions(
                of: issues.compactMap(\.reference), programID: programID, in: pool)
            proven.merge(found) { $1 }
        }
        return zip(strangers, reported).map { transaction, issue in
            let key = issue?.reference.flatMap { proven[$0] }
            return Suspect(
                finding: RecoveryFinding(
                    transactionID: FindingDetail.short(transaction.id) ?? "",
                    referenceNumber: transaction.referenceNumber.flatMap {
                        CosmoIssueRequest.isReferenceNumber($0) ? $0 : nil
                    },
                    programID: FindingDetail.short(transaction.programID),
                    reason: Self.reason(transaction, issue, isProven: key != nil), cardID: key?.cardID,
                    detailJSON: FindingDetail(transaction, nil).json, adoptedAs: nil),
                reported: issue, provenKey: key)
        }
    }

    private static func reason(
        _ transaction: CosmoTransaction, _ reported: ReportedIssue?, isProven: Bool
    ) -> RecoveryFinding.Reason {
        if let reference = transaction.referenceNumber, ReferenceNumber.maker(of: reference) == .other {
            return .notOurReference
        }
        guard let reported else {
            switch transaction.state {
            case .completed: return .incomplete
            case .pending, .unrecognised: return .notCompleted
            // Nothing was issued, so nothing is missing in the books.
            case .failed: return .failed
            }
        }
        if isProven { return .proven }
        return reported.isProvable ? .noCard : .unproven
    }

    private func end(
        _ recovery: Recovery, _ id: String, startedAt: PostgresTimestamp?, _ counts: (cosmo: Int, matched: Int),
        failure: String?
    ) async throws {
        let now = now()
        // A long time takes many listings: Cosmo is asked for a tenth of the time at most.
        let took = now.duration(since: startedAt ?? now)
        let retryAt = now.advanced(by: max(configuration.recoveryRetryAfter, took * 10))
        // The first comparison shows early what was lost; the one at `finalAt` sees everything.
        let nextAt = startedAt.map { $0 < recovery.finalAt } ?? false ? max(recovery.finalAt, now) : retryAt
        let statement = RecoveryStore.endComparison(
            id, startedAt: startedAt, cosmoCount: counts.cosmo, matchedCount: counts.matched, failure: failure,
            nextAt: nextAt)
        _ = try await pool.query(statement.sql, statement.parameters)
    }
}
