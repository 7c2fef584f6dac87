import Cosmo
import Foundation
import Logging
import PostgreSQL
import Rewards

/// Compares the time of a recovery with Cosmo's transactions, and adopts the issuances that only Cosmo knows.
///
/// Issuances in the books are settled by what the listing reports, as a read would. A transaction that is none of them
/// is adopted when its reference number proves the card. What is left is kept as findings for a person.
///
/// **Guarantees** Making it again changes nothing that it did before. A comparison whose place another took stores no
/// end.
/// **Cost** Memory follows the busiest slice. One listing for each quarter of an hour, one transaction for each
/// adoption.
struct CompareRecovery: Sendable {
    let pool: PostgresPool
    let configuration: IssuanceConfiguration
    let listing: CosmoListing
    let cards: CardDirectory
    let adopt: AdoptIssuance
    let now: @Sendable () -> PostgresTimestamp
    let logger: Logger

    /// The failure of a recovery that cannot be compared because the Cosmo client may not list.
    static let listingOff = "LISTING_OFF"

    /// Another process took the comparison over, or the recovery ended.
    private struct Replaced: Error {}

    /// Makes the comparison that is due, if one is; returns whether one was.
    ///
    /// **Errors** The database's, and of a cancelled task; what fails at Cosmo is stored in the recovery.
    func callIfDue() async throws -> Bool {
        guard configuration.isIntervalLookupEnabled else {
            let failure = RecoveryStore.cannotCompare(Self.listingOff)
            _ = try await pool.query(failure)
            return false
        }
        let id = UUID().uuidString.lowercased()
        let startedAt = now()
        let recovery = try await pool.withTransaction(vouches: false) { connection -> Recovery? in
            let claim = RecoveryStore.claimComparison(id, until: leaseEnd(), at: startedAt)
            guard let number = try await connection.first(claim) else { return nil }
            return try await connection.first(RecoveryStore.read(number))
        }
        guard let recovery else { return false }
        let retryAfter = configuration.recoveryRetryAfter
        do {
            let counts = try await compare(recovery, id)
            // The first comparison shows early what was lost; the one at `finalAt` sees everything.
            guard startedAt >= recovery.finalAt else {
                try await end(id, startedAt: startedAt, counts, nextAt: max(recovery.finalAt, now()))
                return true
            }
            // A long time takes many listings: Cosmo is asked for a tenth of the time at most.
            let pause = max(retryAfter, now().duration(since: startedAt) * 10)
            try await end(id, startedAt: startedAt, counts, nextAt: now().advanced(by: pause))
        } catch is Replaced {
            logger.info("a comparison of a recovery was replaced", metadata: ["recovery": "\(recovery.number)"])
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let failure = (error as? CosmoError)?.reason.rawValue ?? "INTERNAL"
            logger.error(
                "the books could not be compared with Cosmo; will retry, and nothing is sent until then",
                metadata: ["recovery": "\(recovery.number)", "reason": "\(failure)", "error": "\(error)"])
            let pause = max(retryAfter, (error as? CosmoError)?.retryAfter ?? .zero)
            try await end(id, startedAt: nil, .init(), failure: failure, nextAt: now().advanced(by: pause))
        }
        return true
    }

    private func leaseEnd() -> PostgresTimestamp { now().advanced(by: configuration.recoveryLease) }

    /// Says that the comparison goes on.
    ///
    /// **Errors** ``Replaced`` when it must not.
    private func keepLease(_ id: String) async throws {
        let lease = RecoveryStore.extendComparison(id, until: leaseEnd())
        guard try await !pool.query(lease).isEmpty else { throw Replaced() }
    }

    private func compare(_ recovery: Recovery, _ id: String) async throws -> RecoveryStore.ComparisonCounts {
        var counts = RecoveryStore.ComparisonCounts()
        var seen: Set<String> = []
        let slice = max(.seconds(1), configuration.reconciliationSlice)
        // Cosmo's clock may be ahead of ours, and its seconds may be rounded.
        func ahead(_ time: PostgresTimestamp) -> PostgresTimestamp { time.advanced(by: configuration.recoveryMargin) }
        var start = recovery.compareFrom
        repeat {
            let sliceEnd = min(start.advanced(by: slice), ahead(recovery.compareUntil))
            let listed = try await listing.transactions(from: start, to: sliceEnd)
            for batch in ListedTransactions.batches(listed.filter { !seen.contains($0.id) }) {
                counts.cosmo += batch.count
                try await match(batch, of: recovery, id, &counts)
            }
            // Slices share a second.
            seen = Set(listed.map(\.id))
            start = sliceEnd
            try await keepLease(id)
        } while start < min(ahead(recovery.compareUntil), ahead(now()))
        return counts
    }

    /// Matches a batch with the books; in halves when the database refuses what a transaction means for an issuance.
    ///
    /// A refused one stays a finding: its issuance may wait to be sent although it was sent.
    private func match(
        _ batch: [CosmoTransaction], of recovery: Recovery, _ id: String,
        _ counts: inout RecoveryStore.ComparisonCounts
    ) async throws {
        let answers = await commitInHalves(batch) { part in
            do {
                let found = try await pool.withTransaction { connection in
                    try await ListedTransactions.match(part, configuration: configuration, at: now(), on: connection)
                }
                var ofPart = RecoveryStore.ComparisonCounts()
                ofPart.inBooks = part.count - found.strangers.count
                try await examine(found.strangers, of: recovery, id, &ofPart)
                // The counts of a part are reported with its first transaction.
                return part.indices.map { [ofPart] in .success($0 == 0 ? ofPart : RecoveryStore.ComparisonCounts()) }
            } catch let error where !(error is PostgresError) {
                // Only what the database refuses is about one transaction.
                return part.map { _ in .failure(error) }
            }
        }
        for (transaction, answer) in zip(batch, answers) {
            do {
                let counted = try answer.get()
                counts.inBooks += counted.inBooks
                counts.foreign += counted.foreign
            } catch let error as PostgresError where error.meaning == .refusedRow {
                logger.error(
                    "the database refuses what Cosmo reports for an issuance; run `multibrand verify`",
                    metadata: ["transaction": "\(transaction.id)", "error": "\(error)"])
                let put = RecoveryStore.put(
                    [finding(transaction, .refusedByDatabase, cardID: nil)], of: recovery.number, at: now())
                _ = try await pool.query(put)
            }
        }
    }

    private func finding(
        _ transaction: CosmoTransaction, _ reason: RecoveryFinding.Reason, cardID: String?
    ) -> RecoveryFinding {
        RecoveryFinding(
            transactionID: transaction.id,
            referenceNumber: transaction.referenceNumber.flatMap {
                CosmoIssuanceRequest.isReferenceNumber($0) ? $0 : nil
            },
            programID: FindingDetail.short(transaction.programID), reason: reason, cardID: cardID,
            detailJSON: FindingDetail(transaction, nil).json, adoptedAs: nil)
    }

    /// Stores transactions that may be ours and are none of our issuances, then adopts those whose card is proven.
    private func examine(
        _ strangers: [CosmoTransaction], of recovery: Recovery, _ id: String,
        _ counts: inout RecoveryStore.ComparisonCounts
    ) async throws {
        let ours = strangers.filter { transaction in
            transaction.referenceNumber.map { ReferenceNumber.maker(of: $0) != .other } ?? true
        }
        counts.foreign += strangers.count - ours.count
        guard !ours.isEmpty else { return }
        let suspects = try await identify(ours, id)
        let put = RecoveryStore.put(suspects.map(\.finding), of: recovery.number, at: now())
        _ = try await pool.query(put)
        for suspect in suspects {
            guard let reported = suspect.reported, let key = suspect.provenKey else { continue }
            do {
                guard let issuance = try await adopt.adoptProven(reported, of: key) else { continue }
                counts.inBooks += 1
                logger.notice(
                    "adopted an issuance that only Cosmo had",
                    metadata: [
                        "recovery": "\(recovery.number)", "reference_number": "\(issuance.referenceNumber)",
                        "program_id": "\(issuance.programID)",
                    ])
            } catch  where (error as? PostgresError)?.meaning.isOutage != true && !(error is CancellationError) {
                // One that cannot be booked stays a finding and keeps no other waiting.
                logger.error(
                    "could not adopt an issuance that only Cosmo has",
                    metadata: ["transaction": "\(suspect.finding.transactionID)", "error": "\(error)"])
            }
        }
    }

    private struct Suspect {
        let finding: RecoveryFinding
        let reported: ReportedIssuance?
        let provenKey: PositionKey?
    }

    private func identify(_ strangers: [CosmoTransaction], _ id: String) async throws -> [Suspect] {
        let reported = strangers.map(ReportedIssuance.init)
        var proven: [String: PositionKey] = [:]
        let provable = reported.compactMap { $0 }.filter(\.isProvable)
        for (programID, issuances) in Dictionary(grouping: provable, by: \.programID) {
            let found = try await cards.positions(
                of: issuances.compactMap(\.reference), programID: programID, in: pool,
                onProgress: { try await keepLease(id) })
            proven.merge(found) { $1 }
        }
        return zip(strangers, reported).map { transaction, issuance in
            let key = issuance?.reference.flatMap { proven[$0] }
            return Suspect(
                finding: finding(
                    transaction, Self.reason(transaction, issuance, isProven: key != nil), cardID: key?.cardID),
                reported: issuance, provenKey: key)
        }
    }

    private static func reason(
        _ transaction: CosmoTransaction, _ reported: ReportedIssuance?, isProven: Bool
    ) -> RecoveryFinding.Reason {
        guard let reported else {
            return switch transaction.state {
            case .completed: .incomplete
            case .pending, .unrecognised: .notCompleted
            // Nothing was issued, so nothing is missing in the books.
            case .failed: .failed
            }
        }
        if isProven { return .proven }
        return reported.isProvable ? .noCard : .unproven
    }

    private func end(
        _ id: String, startedAt: PostgresTimestamp?, _ counts: RecoveryStore.ComparisonCounts, failure: String? = nil,
        nextAt: PostgresTimestamp
    ) async throws {
        let end = RecoveryStore.endComparison(
            id, startedAt: startedAt, counts, failure: failure, nextAt: nextAt)
        _ = try await pool.query(end)
    }
}
