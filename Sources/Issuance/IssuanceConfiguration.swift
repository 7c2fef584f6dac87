package import Cosmo
import Waiting

/// How issuances are planned, sent and settled.
package struct IssuanceConfiguration: Sendable {
    /// What reads that find nothing lead to once enough of them agree.
    package enum AbsencePolicy: String, Sendable, Hashable, CaseIterable {
        /// The same reference is sent again.
        case resend
        /// An operator decides.
        case `operator`
    }

    /// What becomes of debt at programs that pay into the issuer's own wallet.
    package enum WalletClawback: String, Sendable, Hashable, CaseIterable {
        /// It is taken back from the member's balance; what is spent already stays debt.
        case debit
        /// It stays debt, netted against later earning, as at Cosmo.
        case net
    }

    /// How the reads that settle an unknown outcome are judged.
    package var settlement = SettlementPolicy()
    /// What one unit of Cosmo's `value` is worth.
    package var valueUnit = CosmoValueUnit.major

    /// How long a position gathers spends before it is planned.
    package var planDelay = Duration.zero
    /// How many positions one planning transaction takes.
    package var planBatchMax = 500
    /// How many issuances one plan makes of one position; the rest follows in the next.
    package var chunksPerPlanMax = 100
    /// How long a position rests before the next so many issuances of it are planned: one absurd amount must not flood
    /// the table of issuances.
    package var planMoreDelay = Duration.zero

    /// What becomes of debt at programs that pay into the wallet.
    package var walletClawback = WalletClawback.debit
    /// When a position is looked at again whose member had too little to cover what it owes.
    package var walletClawbackRetry = Duration.seconds(3_600)
    /// When a position is looked at again that the wallet refused to pay.
    package var walletPayoutRetry = Duration.seconds(300)

    /// How long a worker without work sleeps unless it is woken.
    package var pollInterval = Duration.seconds(1)
    /// How many issuance calls may be under way at once in this process.
    package var concurrentSendsMax = 32
    /// How many of them may be for one program.
    package var concurrentSendsPerProgramMax = 16
    /// How long before the end of its lease a call is given up, so that it cannot be sent after it.
    package var leaseMargin = Duration.seconds(10)
    /// The first pause after a call that was not sent.
    package var backoffMin = Duration.milliseconds(500)
    /// The longest pause between tries.
    package var backoffMax = Duration.seconds(300)

    /// When an unknown outcome is first read.
    package var readDelayMin = Duration.seconds(5)
    /// The longest pause between reads of one issuance.
    package var readDelayMax = Duration.seconds(600)
    /// How many reads may be under way at once in this process.
    package var concurrentReadsMax = 8
    /// How long a read may take before another worker may read the same issuance.
    package var readLeaseDuration = Duration.seconds(120)
    /// How far the interval's listing reaches beyond our own times, for clocks that differ.
    package var intervalMargin = Duration.seconds(120)
    /// Whether the Cosmo client reads transactions by our reference, the first way to look.
    package var isReferenceLookupEnabled = true
    /// Whether the Cosmo client reads the interval's listing, the second way to look.
    package var isIntervalLookupEnabled = true
    /// What enough absent reads lead to.
    package var onAbsent = AbsencePolicy.resend

    /// Whether a day is compared with Cosmo's transactions once it is over; needs the interval's listing.
    package var isReconciliationEnabled = true
    /// How long after midnight UTC the day before is compared.
    package var reconcileAfter = Duration.seconds(10_800)
    /// How much of a day one listing asks for; also how far around an issuance's time Cosmo's transaction is looked
    /// for.
    package var reconciliationSlice = Duration.seconds(900)
    /// How often a listing is tried before the day's comparison fails.
    package var reconciliationTriesMax = 4
    /// How many single transactions one comparison may read, of those that no listing has.
    package var reconciliationReadsMax = 1_000
    /// How long after its beginning a failed comparison is begun again.
    package var reconciliationRetryAfter = Duration.seconds(900)
    /// How long after its beginning a comparison without an end is taken for abandoned.
    package var reconciliationAbandonedAfter = Duration.seconds(7_200)
    /// How often the worker looks whether a day is due.
    package var reconciliationPollInterval = Duration.seconds(300)

    /// Whether nothing is sent after a failover or a restore until the books were compared with Cosmo's.
    package var isRecoveryEnabled = true
    /// A heartbeat older than this begins a recovery, since an older copy of the database may have been restored. Nil:
    /// no gap begins one. Needs the interval's listing.
    package var recoveryGap: Duration?
    /// How much earlier than the newest heartbeat a recovery begins to compare, for clocks that differ.
    package var recoveryMargin = Duration.seconds(900)
    /// How often a heartbeat is written while issuing goes on.
    package var heartbeatInterval = Duration.seconds(10)
    /// How often the worker looks whether a heartbeat or a comparison is due.
    package var recoveryPollInterval = Duration.seconds(10)
    /// How long a comparison may go without progress before another process makes it.
    package var recoveryLease = Duration.seconds(300)
    /// How long after a comparison that left something unexplained, or failed, the next one is made.
    package var recoveryRetryAfter = Duration.seconds(300)

    /// How often a webhook that matches nothing is tried again before Cosmo is asked about it.
    package var webhookMatchAttempts = 4
    /// The pause between those tries.
    package var webhookRetryDelay = Duration.seconds(2)
    /// How often Cosmo may refuse a question about such a webhook before it is parked.
    package var webhookReadAttempts = 8

    /// Makes a configuration with the defaults above.
    package init() {}

    /// What is wrong with the configuration, each with what to do; empty when nothing is.
    package func problems() -> [String] {
        var problems: [String] = []
        if settlement.leaseDuration <= leaseMargin {
            problems.append("issuance lease: make it longer than its margin, and longer than Cosmo's request timeout")
        }
        if settlement.absentReadsRequired < 2 {
            problems.append("absent reads required: at least 2, since one read proves nothing (I-6)")
        }
        if settlement.sendsMax < 1 { problems.append("sends of one issuance: at least 1") }
        let counts = [
            planBatchMax, chunksPerPlanMax, concurrentSendsMax, concurrentSendsPerProgramMax, concurrentReadsMax,
            webhookMatchAttempts, webhookReadAttempts, reconciliationTriesMax,
        ]
        if counts.contains(where: { $0 < 1 }) { problems.append("issuance batch sizes and concurrency: at least 1") }
        if backoffMin <= .zero || readDelayMin <= .zero || pollInterval <= .zero {
            problems.append("issuance pauses: above zero, or a failing program would be called without rest")
        }
        if walletClawbackRetry <= .zero || walletPayoutRetry <= .zero {
            problems.append(
                "wallet retries: above zero, or positions that cannot be paid would be looked at without rest")
        }
        if heartbeatInterval <= .zero || recoveryPollInterval <= .zero || recoveryRetryAfter <= .zero {
            problems.append("recovery pauses: above zero, or the database would be asked without rest")
        }
        if let gap = recoveryGap, gap <= heartbeatInterval * 2 {
            problems.append("recovery gap: longer than two heartbeats, or every pause would count as a restore")
        }
        if recoveryMargin < .zero || recoveryMargin > .seconds(86_400) {
            problems.append("recovery margin: from zero to a day")
        }
        if reconciliationSlice < .seconds(60) || reconcileAfter < .zero || reconcileAfter > .seconds(86_400) {
            problems.append("reconciliation: slices of at least a minute, and within a day after midnight")
        }
        return problems
    }
}

extension IssuanceConfiguration {
    /// Between attempts of a loop that cannot go on: it keeps a distance, which grows from the poll interval.
    var loopBackoff: Backoff { Backoff(base: pollInterval * 2, cap: backoffMax, jitter: .equal) }

    /// Between attempts to send: spread out, so that what failed together does not come back together.
    var sendBackoff: Backoff { Backoff(base: backoffMin, cap: backoffMax) }

    /// Between attempts to list a day's transactions.
    var listBackoff: Backoff { Backoff(base: backoffMin * 2, cap: backoffMax, jitter: .equal) }

    /// Between questions to Cosmo about a webhook that matches nothing.
    var webhookBackoff: Backoff { Backoff(base: webhookRetryDelay, cap: backoffMax, jitter: .equal) }

    /// Between reads of an issuance: each keeps a distance, since Cosmo may need time to show what it has.
    var readBackoff: Backoff { Backoff(base: readDelayMin, cap: readDelayMax, jitter: .equal) }
}
