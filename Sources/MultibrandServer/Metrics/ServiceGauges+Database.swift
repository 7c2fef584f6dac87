import Inbox
import Issuance
import PostgreSQL
import Preferences
import PrometheusText
import Rewards
import Spending
import Wallet

/// The gauges of what the database holds: the same in every process.
extension ServiceGauges {
    /// The gauges of the database's contents, and whether the database answers.
    ///
    /// They are read one after the other. When the database is away, the rest is left out, so that the scrape is not
    /// late; a part that cannot be read for another reason, such as a damaged row, is left out alone.
    func ofDatabase(at now: PostgresTimestamp) async -> (answers: Bool, samples: [GaugeSample]) {
        let reads = IssuanceReads(pool: pool)
        let parts: [() async throws -> [GaugeSample]] = [
            { Self.inbox(try await inbox.counts(), at: now) },
            { Self.issuances(try await reads.counts(), at: now) },
            { Self.refunds(try await OpenRefunds(pool: pool).counts(), at: now) },
            { Self.recovery(try await reads.openRecovery()) },
            { Self.reconciliations(try await reads.latestReconciliations(), at: now) },
            { try await HeldMoney(pool: pool).totals().flatMap { Self.held($0, at: now) } },
            { try await ParkedLegs(pool: pool).totals().flatMap { Self.parked($0, at: now) } },
            { try await balances(reads) },
            { [GaugeSample("wallet_deliveries_waiting", value: try await WalletDeliveries(wallet).waitingCount())] },
            {
                try await heldLinks().map { reason, count in
                    GaugeSample("links_held", labels: ["reason": reason.rawValue], value: count)
                }
            },
            { [GaugeSample("links_to_check", value: try await linkChecker.waitingCount())] },
        ]
        var samples: [GaugeSample] = []
        for part in parts {
            do {
                samples += try await part()
            } catch {
                let meaning = (error as? PostgresError)?.meaning
                if meaning.map({ $0.isOutage || $0 == .timedOut }) ?? false { return (false, samples) }
            }
        }
        return (true, samples)
    }

    private static func inbox(_ counts: InboxCounts, at now: PostgresTimestamp) -> [GaugeSample] {
        [
            GaugeSample("inbox", labels: ["status": "received"], value: counts.received),
            GaugeSample("inbox", labels: ["status": "held"], value: counts.held),
            GaugeSample("inbox", labels: ["status": "parked"], value: counts.parked),
            GaugeSample("inbox_oldest_seconds", value: age(counts.oldestReceivedAt, at: now)),
        ]
    }

    private static func issuances(_ counts: IssuanceCounts, at now: PostgresTimestamp) -> [GaugeSample] {
        var samples: [GaugeSample] = []
        for status in IssuanceStatus.allCases where status != .confirmed && status != .withdrawn {
            let labels = ["status": status.rawValue]
            samples.append(GaugeSample("issuances", labels: labels, value: counts.byStatus[status] ?? 0))
            samples.append(
                GaugeSample("issuances_oldest_seconds", labels: labels, value: age(counts.oldest[status], at: now)))
        }
        return samples + [
            GaugeSample("issuances", labels: ["status": "contradicted"], value: counts.contradicted),
            GaugeSample("issuances_waiting", value: counts.waitingForPerson),
            GaugeSample("positions_to_plan", value: counts.positionsToPlan),
            GaugeSample("positions_blocked", value: counts.positionsBlocked),
        ]
    }

    private static func refunds(_ counts: OpenRefunds.Counts, at now: PostgresTimestamp) -> [GaugeSample] {
        [
            GaugeSample("refunds", labels: ["status": "waiting"], value: counts.waiting),
            GaugeSample("refunds", labels: ["status": "held"], value: counts.held),
            GaugeSample("refunds_uncleared", value: counts.uncleared),
            GaugeSample(
                "refunds_oldest_seconds", labels: ["status": "waiting"], value: age(counts.oldestWaitingAt, at: now)),
            GaugeSample(
                "refunds_oldest_seconds", labels: ["status": "held"], value: age(counts.oldestHeldAt, at: now)),
        ]
    }

    private static func recovery(_ recovery: Recovery?) -> [GaugeSample] {
        [
            GaugeSample("issuing_fenced", value: recovery == nil ? 0 : 1),
            GaugeSample("recovery_findings_open", value: recovery?.openCount ?? 0),
        ]
    }

    /// Nothing before the first day was compared: an installation without the comparison has no overdue one.
    private static func reconciliations(
        _ latest: (newest: Reconciliation?, completed: Reconciliation?), at now: PostgresTimestamp
    ) -> [GaugeSample] {
        guard let newest = latest.newest else { return [] }
        var samples = [GaugeSample("reconciliation_failed", value: newest.failure == nil ? 0 : 1)]
        if let completed = latest.completed {
            samples.append(
                GaugeSample("reconciliation_age_seconds", value: age(completed.finishedAt, at: now)))
            samples.append(GaugeSample("reconciliation_last_findings", value: completed.findingCount))
        }
        return samples
    }

    /// What is held of spends until a link decides it, with the age of the oldest.
    private static func held(_ total: HeldMoney.Total, at now: PostgresTimestamp) -> [GaugeSample] {
        let labels = ["currency": total.currencyCode]
        return [
            GaugeSample("held_minor", labels: labels, value: total.heldMinor),
            GaugeSample("held_spends", labels: labels, value: total.spends),
            GaugeSample("held_oldest_seconds", labels: labels, value: age(total.oldestSince, at: now)),
        ]
    }

    /// What is parked because a program's plugin failed or is missing, with the age of the oldest.
    private static func parked(_ total: ParkedLegs.Total, at now: PostgresTimestamp) -> [GaugeSample] {
        let labels = ["program_id": total.programID, "currency": total.currencyCode]
        return [
            GaugeSample("legs_parked_minor", labels: labels, value: total.amountMinor),
            GaugeSample("legs_parked", labels: labels, value: total.legs),
            GaugeSample("legs_parked_oldest_seconds", labels: labels, value: age(total.oldestSince, at: now)),
        ]
    }

    /// What is owed, unknown and refused by program: the balances that an operator works down.
    private func balances(_ reads: IssuanceReads) async throws -> [GaugeSample] {
        func sample(_ name: String, _ programID: String, _ unit: RewardUnit, _ micro: Int64) -> GaugeSample {
            GaugeSample(name, labels: ["program_id": programID, "unit": unit.rawValue], value: micro)
        }
        var samples = try await reads.debtTotals().map { sample("debt_micro", $0.programID, $0.unit, $0.debtMicro) }
        samples += try await reads.unknownBalances().map {
            sample("unknown_micro", $0.programID, $0.unit, $0.unknownMicro)
        }
        samples += try await reads.parkedBalances().map {
            sample("parked_micro", $0.programID, $0.unit, $0.parkedMicro)
        }
        return samples
    }
}
